import type { Schema } from '../../api/types';
import { dayParam, idParam } from '../../lib/search-params';

type Outcome = Schema<'Outcome'>;

/** The filters as they stand in the URL. Days are days of the client. */
export interface CallSearch {
  member?: number | undefined;
  agent?: number | undefined;
  outcome?: Outcome | undefined;
  channel?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

// Named here again: the words of the page would come with every page. The type
// makes the list complete.
const NAMED: Record<Outcome, true> = {
  resolved_by_agent: true,
  resolved_by_member: true,
  message_taken: true,
  unresolved: true,
  handed_over: true,
  abandoned: true,
  failed: true,
};
const OUTCOMES = Object.keys(NAMED) as Outcome[];

/** Whatever stands in the address: what is not understood is left out. */
export function parseSearch(search: Record<string, unknown>): CallSearch {
  return {
    member: idParam(search.member),
    agent: idParam(search.agent),
    outcome: OUTCOMES.find((outcome) => outcome === search.outcome),
    channel: idParam(search.channel),
    from: dayParam(search.from),
    to: dayParam(search.to),
  };
}

export function isFiltered(search: CallSearch): boolean {
  return Object.values(search).some((value) => value !== undefined);
}
