/** What stands where there is nothing to show. */
export const NONE = '–';

/** How the company writes figures and dates, as `en-IN`. */
let language = 'en-IN';

/** Set with the session, before anything is drawn. */
export function setLanguage(tag: string): void {
  language = tag;
}

export function count(value: number): string {
  return figures({}).format(value);
}

/** The API sends percent, 0-100. */
export function percent(value: number | null | undefined): string {
  return value == null ? NONE : `${Math.round(value)}%`;
}

export function rating(value: number | null | undefined): string {
  return value == null ? NONE : figures(TENTH).format(value);
}

/** Seconds as `3:07`, above an hour as `1:02:09`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null) return NONE;
  const total = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Seconds for ears and for sentences: `3 minutes 7 seconds`. */
export function durationInWords(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const parts: [number, string][] = [
    [Math.floor(total / 3600), 'hour'],
    [Math.floor(total / 60) % 60, 'minute'],
    [total % 60, 'second'],
  ];
  const said = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}${n === 1 ? '' : 's'}`);
  return said.join(' ') || '0 seconds';
}

/** `23 Nov 2026` in the client's zone. */
export function date(at: string, zone: string): string {
  return formatter({ day: 'numeric', month: 'short', year: 'numeric' }, zone).format(new Date(at));
}

/** `14:05` in the client's zone. */
export function time(at: string, zone: string): string {
  return formatter({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, zone).format(new Date(at));
}

/** `23 Nov, 14:05` in the client's zone. */
export function moment(at: string, zone: string): string {
  const options = {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const;
  return formatter(options, zone).format(new Date(at));
}

/** A local day `2026-11-23` as `Mon 23 Nov`; a day has no zone. */
export function day(value: string): string {
  return formatter({ weekday: 'short', day: 'numeric', month: 'short' }, 'UTC').format(
    new Date(`${value}T00:00:00Z`),
  );
}

export function weekday(value: string, style: 'short' | 'long' = 'short'): string {
  return formatter({ weekday: style }, 'UTC').format(new Date(`${value}T00:00:00Z`));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `in 3 hours`, `2 days ago`, `now`. */
export function fromNow(at: string, now: number): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return Math.abs(seconds) < 5 ? 'now' : relative.format(Math.trunc(seconds), 'second');
}

/** `Asia/Kolkata` as people read it. */
export function zoneName(zone: string): string {
  return zone.replaceAll('_', ' ');
}

const TITLES = new Set(['dr', 'mr', 'mrs', 'ms', 'miss', 'prof', 'smt', 'shri', 'sri', 'kum']);

/** The words of a name without what stands before it: "Dr Meera Nair". */
function nameWords(name: string): string[] {
  const words = name.trim().split(/\s+/);
  const titled = TITLES.has((words[0] ?? '').replace('.', '').toLowerCase());
  return titled && words.length > 1 ? words.slice(1) : words;
}

/** What somebody is called by: the first name. */
export function calledName(name: string): string {
  return nameWords(name)[0] ?? '';
}

export function initials(name: string): string {
  const words = nameWords(name);
  const first = [...(words[0] ?? '')][0] ?? '?';
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : '';
  return (first + last).toLocaleUpperCase();
}

const TENTH = { minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
const numbers = new Map<string, Intl.NumberFormat>();
const formatters = new Map<string, Intl.DateTimeFormat>();

function figures(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return kept(
    numbers,
    `${language} ${JSON.stringify(options)}`,
    () => new Intl.NumberFormat(language, options),
  );
}

function formatter(options: Intl.DateTimeFormatOptions, timeZone: string): Intl.DateTimeFormat {
  const make = () => new Intl.DateTimeFormat(language, { ...options, timeZone });
  return kept(formatters, `${language} ${timeZone} ${JSON.stringify(options)}`, make);
}

/** Making one costs a hundred times as much as using it. */
function kept<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}
