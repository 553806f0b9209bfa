import type { Schema } from '../../api/types';

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
    member: id(search.member),
    agent: id(search.agent),
    outcome: OUTCOMES.find((outcome) => outcome === search.outcome),
    channel: id(search.channel),
    from: dayOf(search.from),
    to: dayOf(search.to),
  };
}

export function isFiltered(search: CallSearch): boolean {
  return Object.values(search).some((value) => value !== undefined);
}

function id(value: unknown): number | undefined {
  const number = Number(value);
  return value !== '' && value != null && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function dayOf(value: unknown): string | undefined {
  const fits = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  return fits && !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) ? value : undefined;
}
