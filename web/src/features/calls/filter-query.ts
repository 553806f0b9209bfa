import { dayStart, nextDay } from '../../lib/days';
import type { CallSearch } from './filter';

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
