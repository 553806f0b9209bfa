import { expect, it } from 'vitest';
import { makeAppointment } from '../../testing/factories';
import { byDay, dayAt, mondayOf, weekOf } from './week';

it('a week begins on Monday, in the zone of the company', () => {
  expect(['2026-11-23', '2026-11-25', '2026-11-29'].map(mondayOf)).toEqual(Array(3).fill('2026-11-23'));
  expect(mondayOf('2026-11-30')).toBe('2026-11-30');
  expect(weekOf(undefined, '2026-12-01', 'Asia/Kolkata')).toEqual({
    monday: '2026-11-30',
    sunday: '2026-12-06',
    from: '2026-11-29T18:30:00.000Z',
    to: '2026-12-06T18:30:00.000Z',
    before: '2026-11-23',
    after: '2026-12-07',
  });
});

it('a week in which the clocks change is an hour longer or shorter', () => {
  const { from, to } = weekOf('2026-10-25', '2026-12-01', 'Europe/Berlin');
  expect([from, to]).toEqual(['2026-10-18T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
});

it('a day that nobody means is this week', () => {
  for (const odd of ['0000-01-01', '1999-12-31', '9999-12-31'])
    expect(weekOf(odd, '2026-12-01', 'UTC').monday).toBe('2026-11-30');
});

it('bookings are grouped by the day of the company, not of UTC', () => {
  const at = (starts_at: string, id: number) => makeAppointment({ id, starts_at });
  // 00:10 and 23:50 on Tuesday in Kolkata; the first is Monday in UTC.
  const rows = [at('2026-11-30T18:40:00Z', 1), at('2026-12-01T18:20:00Z', 2), at('2026-12-01T18:40:00Z', 3)];
  const days = byDay(rows, 'Asia/Kolkata').map(([day, some]) => [day, some.map(({ id }) => id)]);
  expect(days).toEqual([
    ['2026-12-01', [1, 2]],
    ['2026-12-02', [3]],
  ]);
  expect(dayAt(Date.parse('2026-11-30T18:40:00Z'), 'UTC')).toBe('2026-11-30');
});
