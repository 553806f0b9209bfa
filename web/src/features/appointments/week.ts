import type { Appointment } from '../../api/types';
import { dayStart } from '../../lib/days';

/** A week of the client's calendar, Monday first as the doctors' hours are. */
export interface Week {
  monday: string;
  sunday: string;
  /** Its first moment and the one after its last, RFC 3339. */
  from: string;
  to: string;
  before: string;
  after: string;
}

const DAY_MS = 86_400_000;

/** The week of a day; of today when there is none, or none that anybody means. */
export function weekOf(day: string | undefined, today: string, zone: string): Week {
  const meant = day !== undefined && day >= '2000' && day < '2200' ? day : today;
  const monday = mondayOf(meant);
  const after = addDays(monday, 7);
  const moment = (first: string) => new Date(dayStart(first, zone)).toISOString();
  return {
    monday,
    sunday: addDays(monday, 6),
    from: moment(monday),
    to: moment(after),
    before: addDays(monday, -7),
    after,
  };
}

export function mondayOf(day: string): string {
  const sundayFirst = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((sundayFirst + 6) % 7));
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The day at a moment, `2026-11-23`, in the zone. */
export function dayAt(at: number, zone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const parts = format.formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** The bookings of each day that has any, in their order. */
export function byDay(rows: readonly Appointment[], zone: string): [day: string, rows: Appointment[]][] {
  const days = new Map<string, Appointment[]>();
  for (const row of rows) {
    const day = dayAt(Date.parse(row.starts_at), zone);
    const same = days.get(day);
    if (same) same.push(row);
    else days.set(day, [row]);
  }
  return [...days];
}
