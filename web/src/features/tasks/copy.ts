import type { Schema } from '../../api/types';

export const copy = {
  title: 'Tasks',
  note: 'What callers left behind: messages, call-backs and voicemails.',
  states: { open: 'Open', claimed: 'Claimed', done: 'Done', expired: 'Expired' } satisfies Record<
    Schema<'TaskState'>,
    string
  >,
  none: {
    open: [
      'Nothing waits',
      'When a caller leaves a message, it appears here with the time by which it is due.',
    ],
    claimed: ['Nobody holds a task', 'A task that somebody claimed is listed here until it is done.'],
    done: ['Nothing was done yet', 'Tasks that were closed are listed here.'],
    expired: ['Nothing expired', 'A task that nobody did in time is listed here; it can still be closed.'],
  } satisfies Record<Schema<'TaskState'>, [string, string]>,
  claim: 'Claim',
  release: 'Release',
  done: 'Done…',
  claimed: 'The task is yours.',
  released: 'The task is open again.',
  closed: 'The task is closed.',
  call: 'See the call',
  overdue: 'Overdue',
  due: 'Due',
  heldBy: (name: string) => `Held by ${name}`,
  doneBy: (name: string) => `Done by ${name}`,
  unknown: 'Number withheld',
  doneTitle: 'Close the task',
  doneNote: 'Your answer decides the outcome of the call behind it.',
  helped: 'Was the caller helped?',
  yes: 'Yes, resolved',
  no: 'No, not resolved',
  noteLabel: 'Note for colleagues',
  save: 'Close task',
  more: 'Show more',
} as const;

export const kindName: Record<Schema<'TaskKind'>, string> = {
  message: 'Message',
  callback: 'Call back',
  voicemail: 'Voicemail',
};
