import type { Call, Schema } from '../api/types';
import type { Tone } from './score';

export const outcomeName: Record<Schema<'Outcome'>, string> = {
  resolved_by_agent: 'Resolved by AI',
  resolved_by_member: 'Resolved by a person',
  message_taken: 'Message taken',
  unresolved: 'Not resolved',
  handed_over: 'Handed over',
  abandoned: 'Abandoned',
  failed: 'Failed',
};

/** The one thing that a call is shown as: its label and its tone come from here
 * and nowhere else. */
export interface CallKind {
  label: string;
  tone: Tone;
  live: boolean;
}

const TONES: Record<keyof typeof outcomeName, Tone> = {
  resolved_by_agent: 'good',
  resolved_by_member: 'good',
  message_taken: 'fine',
  handed_over: 'fine',
  unresolved: 'poor',
  abandoned: 'neutral',
  failed: 'poor',
};

export function callKind(call: Pick<Call, 'state' | 'outcome' | 'escalated' | 'ended_at'>): CallKind {
  if (call.outcome) return { label: outcomeName[call.outcome], tone: TONES[call.outcome], live: false };
  if (call.ended_at != null || call.state === 'ended')
    return { label: 'Ended', tone: 'neutral', live: false };
  if (call.state === 'talking') return { label: 'With a person', tone: 'good', live: true };
  if (call.state === 'ringing') return { label: 'Ringing a person', tone: 'fair', live: true };
  if (call.state === 'handoff') return { label: 'Waiting for a person', tone: 'fair', live: true };
  if (call.escalated) return { label: 'Person asked for', tone: 'fair', live: true };
  return { label: 'With AI agent', tone: 'accent', live: true };
}
