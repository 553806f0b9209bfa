import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { apply } from './events';
import { keys } from './keys';
import type { Event, Schema } from './types';

type CallDetail = Schema<'CallDetail'>;

const turn = (seq: number): Schema<'Turn'> => ({
  seq,
  speaker: 'caller',
  text: `turn ${seq}`,
  at: '2026-11-23T06:00:00Z',
});

function withCall(transcript: Schema<'Turn'>[]): QueryClient {
  const queryClient = new QueryClient();
  queryClient.setQueryData(keys.call('c1'), { id: 'c1', transcript } as CallDetail);
  return queryClient;
}

const transcript = (queryClient: QueryClient) =>
  queryClient.getQueryData<CallDetail>(keys.call('c1'))?.transcript.map((t) => t.seq);

describe('apply', () => {
  it('appends turns once and in order, whatever order they come in', () => {
    const queryClient = withCall([turn(1)]);
    const spoken = (turns: Schema<'Turn'>[]): Event => ({ type: 'call.turn', call_id: 'c1', turns });
    apply(queryClient, spoken([turn(3)]));
    apply(queryClient, spoken([turn(2), turn(3)]));
    expect(transcript(queryClient)).toEqual([1, 2, 3]);
  });

  it('takes the later words of a turn in which something was blanked', () => {
    const queryClient = withCall([turn(1), { ...turn(2), text: 'my card is 4111 1111' }]);
    const blanked = { ...turn(2), text: 'my card is •••• ••••' };
    apply(queryClient, { type: 'call.turn', call_id: 'c1', turns: [blanked] });
    const words = queryClient.getQueryData<CallDetail>(keys.call('c1'))?.transcript.map((t) => t.text);
    expect(words).toEqual(['turn 1', 'my card is •••• ••••']);
  });

  it('needs no reading for turns, and makes none up for a call that is not shown', () => {
    const queryClient = new QueryClient();
    expect(apply(queryClient, { type: 'call.turn', call_id: 'c1', turns: [turn(1)] })).toEqual([]);
    expect(queryClient.getQueryData(keys.call('c1'))).toBeUndefined();
  });

  it('does not read again a member whose revision is here', () => {
    const queryClient = new QueryClient();
    queryClient.setQueryData(keys.member(3), { id: 3, rev: 7 });
    const changed = (rev: number): Event => ({ type: 'member.changed', member_id: 3, rev });
    expect(apply(queryClient, changed(7))).not.toContainEqual(keys.member(3));
    expect(apply(queryClient, changed(8))).toContainEqual(keys.member(3));
  });

  it('moves score, team card and dashboard when a call counted', () => {
    const old = apply(new QueryClient(), { type: 'standing.changed', member_id: 3 });
    expect(old).toEqual([keys.members, keys.member(3), keys.dashboard, keys.summary, keys.agents]);
  });

  it('reads everything again after a reset', () => {
    expect(apply(new QueryClient(), { type: 'reset' })).toEqual([[]]);
  });
});
