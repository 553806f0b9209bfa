import { ApiError } from '../../api/client';
import type { Doctor, Schema } from '../../api/types';
import {
  END_OF_DAY,
  minuteOf,
  type Span,
  type SpanFault,
  spanFault,
  WEEKDAYS,
  weekdayAt,
} from './hours-draft';

type Hours = Schema<'DoctorHours'>;
/** What a doctor is, besides what is kept about him. */
export type DoctorBody = Pick<Doctor, 'name' | 'speciality' | 'slot_minutes' | 'hours'>;

/** As it is typed; hours by weekday, Monday first. */
export interface DoctorDraft {
  name: string;
  speciality: string;
  minutes: string;
  days: readonly (readonly Span[])[];
}

const MOST_SPANS = 28;
const WORDS: Record<SpanFault, string> = {
  missing: 'Enter both times.',
  backwards: 'It ends after it begins; a night that goes on is two spans.',
  overlap: 'Two spans of a day do not overlap.',
};

export function daysOf(hours: readonly Hours[]): Span[][] {
  return WEEKDAYS.map((_, at) =>
    hours
      .filter((span) => span.weekday === at + 1)
      .map(({ from, to }) => ({ from, to: to === '24:00' ? '00:00' : to })),
  );
}

/** As the API takes it. Check it with [`faultsOf`] first. */
export function bodyOf({ name, speciality, minutes, days }: DoctorDraft): DoctorBody {
  return {
    name: name.trim(),
    speciality: speciality.trim(),
    slot_minutes: Number(minutes),
    hours: days.flatMap((spans, at) =>
      spans.map(({ from, to }) => ({ weekday: at + 1, from, to: to === '00:00' ? '24:00' : to })),
    ),
  };
}

/** Faults by the place where they are shown: `name`, `speciality`,
 * `slot_minutes`, `day.0`, `hours`. */
export function faultsOf({ name, speciality, minutes, days }: DoctorDraft): Record<string, string> {
  const faults: Record<string, string> = {};
  if (name.trim() === '') faults.name = 'Enter the name as the agent is to say it, such as Doctor Rao.';
  if (speciality.trim() === '') faults.speciality = 'Enter what the doctor treats, such as Skin specialist.';
  const slot = /^\d+$/.test(minutes.trim()) ? Number(minutes) : 0;
  const length = slot >= 5 && slot <= 120;
  if (!length) faults.slot_minutes = 'A whole number from 5 to 120.';
  days.forEach((spans, at) => {
    const fault = spanFault(spans);
    if (fault) faults[`day.${at}`] = WORDS[fault];
    else if (length && spans.some((span) => lasts(span) < slot)) {
      faults[`day.${at}`] = `Shorter than one appointment of ${slot} minutes.`;
    }
  });
  if (days.flat().length > MOST_SPANS) faults.hours = `At most ${MOST_SPANS} spans in a week.`;
  return faults;
}

/** The same refusal with the server's `hours[3].to` at the places of the draft. */
export function placed(error: unknown, days: DoctorDraft['days']): unknown {
  if (!(error instanceof ApiError)) return error;
  const fields = Object.entries(error.fields).map(([field, detail]) => [placeOf(field, days), detail]);
  return new ApiError(error.status, error.code, error.message, Object.fromEntries(fields), error.current);
}

export function placeOf(field: string, days: DoctorDraft['days']): string {
  const at = /^hours\[(\d+)\]/.exec(field)?.[1];
  const day = at === undefined ? undefined : weekdayAt(Number(at), days);
  if (day !== undefined) return `day.${day}`;
  return field.startsWith('hours') ? 'hours' : field;
}

/** Hours as people write them, days of one pattern together:
 * `Mon–Fri 09:00–13:00, 17:00–20:00`. */
export function hoursSummary(hours: readonly Hours[]): string[] {
  const days = WEEKDAYS.map((_, at) =>
    hours
      .filter((span) => span.weekday === at + 1)
      .sort((a, b) => a.from.localeCompare(b.from))
      .map(({ from, to }) => `${from}–${to}`)
      .join(', '),
  );
  const runs: { first: number; last: number; times: string }[] = [];
  days.forEach((times, at) => {
    const run = runs.at(-1);
    if (run && run.times === times) run.last = at;
    else runs.push({ first: at, last: at, times });
  });
  return runs.filter((run) => run.times).map(({ first, last, times }) => `${named(first, last)} ${times}`);
}

function named(first: number, last: number): string {
  const short = (at: number) => (WEEKDAYS[at] ?? '').slice(0, 3);
  if (first === 0 && last === WEEKDAYS.length - 1) return 'Every day';
  return first === last ? short(first) : `${short(first)}–${short(last)}`;
}

function lasts({ from, to }: Span): number {
  return (minuteOf(to) || END_OF_DAY) - (minuteOf(from) ?? 0);
}
