import type { Schema } from '../../api/types';

type Rules = Schema<'Rules'>;

export interface Span {
  from: string;
  to: string;
}
export interface Holiday {
  day: string;
  name: string;
}
/** As it is typed: hours by weekday (Monday first), times as `09:00`. */
export interface RulesDraft {
  /** False: people are there at any hour. */
  limited: boolean;
  days: Span[][];
  holidays: Holiday[];
  /** One a line. */
  phrases: string;
  minutes: string;
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
export const USUAL: Span = { from: '09:00', to: '18:00' };

export function draftOf(rules: Rules): RulesDraft {
  const hours = rules.hours ?? [];
  return {
    limited: hours.length > 0,
    days: WEEKDAYS.map((_, at) =>
      hours
        .filter((span) => span.weekday === at + 1)
        .map((span) => ({ from: clock(span.from_min), to: clock(span.to_min) })),
    ),
    holidays: (rules.holidays ?? []).map(({ day, name }) => ({ day, name })),
    phrases: (rules.escalation_phrases ?? []).join('\n'),
    minutes: String(rules.limits?.call_minutes ?? 58),
  };
}

export function rulesOf(draft: RulesDraft): Rules {
  const hours = draft.days.flatMap((spans, at) =>
    spans.map((span) => ({
      weekday: at + 1,
      from_min: minutes(span.from, 0),
      // `00:00` as an end is the end of the day.
      to_min: minutes(span.to, 1_440) || 1_440,
    })),
  );
  return {
    hours: draft.limited ? hours : [],
    holidays: draft.holidays,
    escalation_phrases: phrasesOf(draft),
    limits: { call_minutes: Number(draft.minutes) },
  };
}

/** Faults by the place where they are shown: `day.0`, `holiday.2`, `phrases`,
 * `minutes`, `hours`. */
export function faultsOf(draft: RulesDraft): Record<string, string> {
  const faults: Record<string, string> = {};
  if (draft.limited) {
    if (draft.days.every((spans) => spans.length === 0)) {
      faults.hours = 'Open at least one day, or take calls at any hour.';
    }
    draft.days.forEach((spans, at) => {
      const fault = dayFault(spans);
      if (fault) faults[`day.${at}`] = fault;
    });
  }
  draft.holidays.forEach(({ day, name }, at) => {
    if (!day) faults[`holiday.${at}`] = 'Choose the day.';
    else if (name.trim() === '') faults[`holiday.${at}`] = 'Give it a name, such as Diwali.';
  });
  if (phrasesOf(draft).some((phrase) => phrase.split(/\s+/).length > 10)) {
    faults.phrases = 'A phrase has at most ten words.';
  }
  if (!/^\d+$/.test(draft.minutes) || Number(draft.minutes) < 1 || Number(draft.minutes) > 58) {
    faults.minutes = 'A whole number from 1 to 58; a carrier cuts at 60.';
  }
  return faults;
}

/** The server's `hours[3].to_min` at the places of the draft. */
export function placeOf(field: string, draft: RulesDraft): string {
  const at = Number(/\[(\d+)\]/.exec(field)?.[1] ?? 0);
  if (field.startsWith('hours[')) {
    let rest = at;
    for (const [index, spans] of draft.days.entries()) {
      if (rest < spans.length) return `day.${index}`;
      rest -= spans.length;
    }
    return 'hours';
  }
  if (field.startsWith('holidays[')) return `holiday.${at}`;
  if (field.startsWith('escalation_phrases')) return 'phrases';
  if (field.startsWith('limits')) return 'minutes';
  return field === 'hours' ? 'hours' : 'general';
}

function dayFault(spans: readonly Span[]): string | undefined {
  const sorted = spans
    .map((span) => [minutes(span.from, -1), minutes(span.to, -1) || 1_440] as const)
    .sort((a, b) => a[0] - b[0]);
  if (sorted.some(([from, to]) => from < 0 || to < 0)) return 'Enter both times.';
  if (sorted.some(([from, to]) => to <= from)) {
    return 'It closes after it opens; a night that goes on is two spans.';
  }
  if (sorted.some(([from], at) => at > 0 && from < (sorted[at - 1]?.[1] ?? 0))) {
    return 'Two spans of a day do not overlap.';
  }
  return undefined;
}

function phrasesOf(draft: RulesDraft): string[] {
  return draft.phrases
    .split('\n')
    .map((phrase) => phrase.trim())
    .filter(Boolean);
}

function clock(min: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(min / 60) % 24)}:${two(min % 60)}`;
}

function minutes(time: string, otherwise: number): number {
  const match = /^(\d{1,2}):(\d{2})/.exec(time);
  return match ? Number(match[1]) * 60 + Number(match[2]) : otherwise;
}
