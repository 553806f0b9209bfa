import type { Trouble } from './line';

export const copy = {
  title: 'Talk to your agent',
  note: 'Your browser’s microphone in place of a telephone. The call counts like any other.',
  start: 'Start talking',
  again: 'Talk again',
  before: 'Your browser will ask for the microphone',
  beforeNote:
    'The agent greets you first. Speak as a caller would, interrupt it, or use the keypad. Nothing is recorded but the transcript.',
  asking: 'Waiting for the microphone',
  askingNote: 'Allow it in the window that your browser shows.',
  connecting: 'Connecting',
  on: 'You are talking with the agent',
  over: 'The call is over',
  seeCall: 'See what came of it',
  mute: 'Mute',
  unmute: 'Unmute',
  keypad: 'Keypad',
  hangUp: 'Hang up',
  level: 'Loudness of your microphone',
  trouble: 'The talk could not go on',
  transcript: 'Transcript',
} as const;

export const troubles: Record<Trouble, string> = {
  insecure: 'The microphone needs a secure address: open Caly over https or on this machine itself.',
  no_microphone: 'No microphone was found. Plug one in and try again.',
  refused: 'The microphone was refused. Allow it beside the address, then try again.',
  busy_microphone: 'Another program holds the microphone. Close it there and try again.',
  unplugged:
    'The microphone went away. Plug it in and talk again; the call was ended and counted as it stood.',
  no_sound: 'This browser could not start its sound. Reload the page and try again.',
  lost: 'The line was lost. The call was ended and counted as it stood; try again.',
};
