import type { Schema } from '../../api/types';

export const copy = {
  title: 'Calls',
  note: 'Every call with who owned it, what came of it, and why.',
  one: 'Call',
  empty: 'No calls yet',
  emptyNote: 'Every call is kept here with its transcript, its owner and its outcome.',
  more: 'Loading older calls',
  end: (n: number) => (n === 1 ? '1 call' : `${n} calls`),
  export: 'Export CSV',
  clear: 'Clear filters',
  head: {
    caller: 'Caller',
    outcome: 'Outcome',
    owner: 'Owner',
    agent: 'AI agent',
    lasted: 'Lasted',
    began: 'Began',
  },
  findMember: 'Find a member',
  any: {
    member: 'All members',
    agent: 'All AI agents',
    outcome: 'All outcomes',
    channel: 'All channels',
  },
  filters: 'Filters',
  label: {
    member: 'Member',
    agent: 'AI agent',
    outcome: 'Outcome',
    channel: 'Channel',
    from: 'From',
    to: 'To',
  },
  unknown: 'Number withheld',
  nobody: 'Nobody',
  back: 'All calls',
  transcript: 'Transcript',
  facts: 'What happened',
  noFacts: 'Nothing was recorded besides the call itself.',
  everybody: 'Everything',
  decision: 'Why this owner',
  unowned: 'This call belongs to nobody.',
  value: 'Value',
  expected: 'Expected success',
  load: 'Load',
  open: 'Open calls',
  notEligible: 'Could not own it',
  chosen: 'Chosen',
  formula:
    'Highest value wins: a draw around the expected success, less what the member already has on hand.',
  rescue: 'Looking for a person',
  recordings: 'Recordings',
  recordingPending: 'The carrier has not handed it out yet; it is asked again by itself.',
  recordingFailed: (why: string) => `It could not be fetched: ${why}.`,
  outcome: 'Outcome',
  implied: 'The caller hung up after the whole answer, which stands for his yes.',
  uncounted: 'Not counted: it moves nobody’s numbers.',
  correct: 'Correct',
  correctTitle: 'Correct the outcome',
  correctNote:
    'The numbers of the call’s own day move by the difference. What stood before stays in the audit log.',
  reason: 'Reason',
  reasonHelp: 'One line for the audit log.',
  reasonMissing: 'Say why, in one line.',
  save: 'Correct outcome',
  corrected: 'The outcome is corrected.',
  helped: 'Was the caller helped?',
  helpedNote: 'You took this call over. Your answer decides its outcome.',
  yes: 'Yes, resolved',
  no: 'No',
  said: 'Saved. The numbers of the day have moved.',
  liveTitle: 'Live',
  liveNote: 'Calls in progress, as they are spoken.',
  quiet: 'No call is on',
  quietNote: 'A call appears here within a second of being answered.',
  choose: 'Choose a call to read along.',
  over: 'This call is over.',
  seeCall: 'See the call',
  gone: 'Ended',
  person: 'A person was asked for',
} as const;

export const reasonName: Record<Schema<'EscalationReason'>, string> = {
  requested: 'the caller asked for one',
  anger: 'the caller was angry',
  two_failures: 'the agent failed twice',
  rule: 'a rule says so',
  degraded: 'a part of the system was away',
};

export const endedByName: Record<Schema<'EndedBy'>, string> = {
  caller: 'the caller hung up',
  agent: 'the AI agent ended it',
  carrier: 'the carrier ended it',
  sweeper: 'the line went silent',
};

export const whyNot: Record<Schema<'Unanswered'>, string> = {
  no_answer: 'No answer',
  busy: 'Busy',
  failed: 'Could not be reached',
  caller_left: 'The caller left',
  lease: 'Did not take it in time',
};

export const recordingName: Record<Schema<'RecordingKind'>, string> = {
  voicemail: 'Voicemail',
  talk: 'The talk with the AI agent',
};

export const rescueEnd: Record<Schema<'RescueEnd'>, string> = {
  talked: 'A person talked to the caller.',
  nobody: 'Nobody could be reached.',
  caller_left: 'The caller left while waiting.',
  callback: 'The caller chose to be called back.',
};
