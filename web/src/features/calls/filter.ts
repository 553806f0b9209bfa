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

/** The same for the API: a day becomes the moments in which it begins and ends. */
export function toQuery(search: CallSearch, zone: string) {
  const { from, to, ...same } = search;
  return {
    ...same,
    from: from && new Date(dayStart(from, zone)).toISOString(),
    to: to && new Date(dayStart(nextDay(to), zone)).toISOString(),
  };
}

/** `GET /api/calls/export` with these filters, for a link. */
export function exportUrl(search: CallSearch, zone: string): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(toQuery(search, zone))) {
    if (value !== undefined) words.set(name, String(value));
  }
  const query = words.toString();
  return `/api/calls/export${query && `?${query}`}`;
}

/** The first moment of a day in a zone, ms UTC. Where clocks jump over midnight
 * it is the first moment there is. */
export function dayStart(day: string, zone: string): number {
  const wall = Date.parse(`${day}T00:00:00Z`);
  let at = wall - offset(wall, zone);
  // The offset at the guess may not be the offset at the answer.
  at = wall - offset(at, zone);
  return at;
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** How far the zone's clock is ahead of UTC at a moment, ms. */
function offset(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '00';
  const wall = `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}Z`;
  return Date.parse(wall) - Math.floor(at / 1000) * 1000;
}

function id(value: unknown): number | undefined {
  const number = Number(value);
  return value !== '' && value != null && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function dayOf(value: unknown): string | undefined {
  const fits = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  return fits && !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) ? value : undefined;
}
