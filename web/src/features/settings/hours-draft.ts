/** A stretch of a day as it is typed: `09:00`; as an end `00:00` is the end of
 * the day, since a browser's box for times knows no `24:00`. */
export interface Span {
  from: string;
  to: string;
}

export const WEEKDAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;
export const END_OF_DAY = 1_440;

export type SpanFault = 'missing' | 'backwards' | 'overlap';

/** What is wrong with the spans of one day, if anything. */
export function spanFault(spans: readonly Span[]): SpanFault | undefined {
  const typed = spans.map((span) => [minuteOf(span.from), minuteOf(span.to)] as const);
  const sorted: (readonly [number, number])[] = [];
  for (const [from, to] of typed) {
    if (from === undefined || to === undefined) return 'missing';
    sorted.push([from, to || END_OF_DAY]);
  }
  sorted.sort((a, b) => a[0] - b[0]);
  if (sorted.some(([from, to]) => to <= from)) return 'backwards';
  if (sorted.some(([from], at) => at > 0 && from < (sorted[at - 1]?.[1] ?? 0))) return 'overlap';
  return undefined;
}

/** The day (0 is Monday) of the span with this place in the list that the API has. */
export function weekdayAt(place: number, days: readonly (readonly Span[])[]): number | undefined {
  let rest = place;
  for (const [day, spans] of days.entries()) {
    if (rest < spans.length) return day;
    rest -= spans.length;
  }
  return undefined;
}

/** The hours of a Monday for every day up to Friday. */
export function likeMonday(days: readonly Span[][]): Span[][] {
  return days.map((spans, at) => (at < 5 ? (days[0] ?? []) : spans));
}

export function clockOf(minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;
}

export function minuteOf(time: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})/.exec(time);
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined;
}
