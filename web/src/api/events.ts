import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { keys } from './keys';
import type { Event, Member, Schema } from './types';

type CallDetail = Schema<'CallDetail'>;

/** Writes into the cache what the event itself says, and names what has to be
 * read again because the event does not say it all. Reading is the caller's,
 * who waits a moment so that a burst of events is one read. */
export function apply(queryClient: QueryClient, event: Event): QueryKey[] {
  switch (event.type) {
    case 'call.started':
      return [keys.calls, keys.dashboard, keys.summary];
    case 'call.turn':
      addTurns(queryClient, event.call_id, event.turns);
      return [];
    case 'call.agent_switched':
    case 'call.escalated':
    case 'call.rescue':
      return [keys.call(event.call_id), keys.calls];
    case 'call.completed':
      return [keys.call(event.call_id), keys.calls, keys.dashboard, keys.summary];
    case 'standing.changed':
      return [keys.members, keys.member(event.member_id), keys.dashboard, keys.summary, keys.agents];
    case 'member.changed':
      // Our own change comes back as an event: what is here is as new already.
      if (isKnown(queryClient, event.member_id, event.rev)) return [keys.members, keys.summary];
      return [keys.members, keys.member(event.member_id), keys.summary, keys.me];
    case 'task.changed':
      return [keys.tasks, keys.summary];
    case 'reset':
      return [[]];
    default:
      // A newer server; what this page shows may be old, so all is read again.
      return unknownEvent(event);
  }
}

/** Appends turns that are new. One that is there already comes again when
 * something in it was blanked, a card number for instance: the later words hold. */
function addTurns(queryClient: QueryClient, callId: string, turns: Schema<'Turn'>[]): void {
  queryClient.setQueryData<CallDetail>(keys.call(callId), (call) => {
    if (!call) return call;
    const bySeq = new Map(call.transcript.map((turn) => [turn.seq, turn]));
    const fresh = turns.filter((turn) => bySeq.get(turn.seq)?.text !== turn.text);
    if (fresh.length === 0) return call;
    for (const turn of fresh) bySeq.set(turn.seq, turn);
    return { ...call, transcript: [...bySeq.values()].sort((a, b) => a.seq - b.seq) };
  });
}

function isKnown(queryClient: QueryClient, id: number, rev: number): boolean {
  const one = queryClient.getQueryData<Member>(keys.member(id));
  return one !== undefined && one.rev >= rev;
}

function unknownEvent(_: never): QueryKey[] {
  return [[]];
}
