import type { Schema } from '../../api/types';
import {
  clockOf,
  END_OF_DAY,
  minuteOf,
  type Span,
  type SpanFault,
  spanFault,
  WEEKDAYS,
  weekdayAt,
} from './hours-draft';

type Rules = Schema<'Rules'>;

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

const WORDS: Record<SpanFault, string> = {
  missing: 'Enter both times.',
  backwards: 'It closes after it opens; a night that goes on is two spans.',
  overlap: 'Two spans of a day do not overlap.',
};

export function draftOf(rules: Rules): RulesDraft {
  const hours = rules.hours ?? [];
  return {
    limited: hours.length > 0,
    days: WEEKDAYS.map((_, at) =>
      hours
        .filter((span) => span.weekday === at + 1)
        .map((span) => ({ from: clockOf(span.from_min), to: clockOf(span.to_min) })),
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
      from_min: minuteOf(span.from) ?? 0,
      to_min: minuteOf(span.to) || END_OF_DAY,
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
      const fault = spanFault(spans);
      if (fault) faults[`day.${at}`] = WORDS[fault];
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
    const day = weekdayAt(at, draft.days);
    return day === undefined ? 'hours' : `day.${day}`;
  }
  if (field.startsWith('holidays[')) return `holiday.${at}`;
  if (field.startsWith('escalation_phrases')) return 'phrases';
  if (field.startsWith('limits')) return 'minutes';
  return field === 'hours' ? 'hours' : 'general';
}

function phrasesOf(draft: RulesDraft): string[] {
  return draft.phrases
    .split('\n')
    .map((phrase) => phrase.trim())
    .filter(Boolean);
}
