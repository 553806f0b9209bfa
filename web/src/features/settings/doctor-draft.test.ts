import { expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import { bodyOf, type DoctorDraft, daysOf, faultsOf, hoursSummary, placed, placeOf } from './doctor-draft';

const span = (weekday: number, from: string, to: string) => ({ weekday, from, to });
const week = [1, 2, 3, 4, 5].flatMap((day) => [span(day, '09:00', '13:00'), span(day, '17:00', '20:00')]);
const draft: DoctorDraft = {
  name: ' Doctor Rao ',
  speciality: 'Eye specialist',
  minutes: '20',
  days: daysOf([...week, span(6, '18:00', '24:00')]),
};
const withDay = (at: number, ...spans: [string, string][]): DoctorDraft => ({
  ...draft,
  days: draft.days.map((day, index) => (index === at ? spans.map(([from, to]) => ({ from, to })) : day)),
});

it('comes back as it was, trimmed, the end of the day included', () => {
  expect(draft.days[5]).toEqual([{ from: '18:00', to: '00:00' }]);
  expect(faultsOf(draft)).toEqual({});
  expect(bodyOf(draft)).toEqual({
    name: 'Doctor Rao',
    speciality: 'Eye specialist',
    slot_minutes: 20,
    hours: [...week, span(6, '18:00', '24:00')],
  });
});

it('takes a doctor without hours', () => {
  expect(faultsOf({ ...draft, days: daysOf([]) })).toEqual({});
  expect(hoursSummary([])).toEqual([]);
});

it('says at its field what is missing or out of bounds', () => {
  const faults = faultsOf({ ...draft, name: ' ', speciality: '', minutes: '4' });
  expect(Object.keys(faults)).toEqual(['name', 'speciality', 'slot_minutes']);
  for (const minutes of ['5', '120']) expect(faultsOf({ ...draft, minutes }).slot_minutes).toBeUndefined();
  for (const minutes of ['', '121', '12.5', '-5', 'ten'])
    expect(faultsOf({ ...draft, minutes }).slot_minutes).toMatch(/5 to 120/);
});

it('says at its day which hours cannot be', () => {
  const fault = (...spans: [string, string][]) => faultsOf(withDay(1, ...spans))['day.1'];
  expect(fault(['09:00', '13:00'], ['12:59', '15:00'])).toMatch(/overlap/);
  // In whatever order they were typed.
  expect(fault(['14:00', '15:00'], ['09:00', '14:01'])).toMatch(/overlap/);
  expect(fault(['09:00', '13:00'], ['13:00', '15:00'])).toBeUndefined();
  expect(fault(['18:00', '09:00'])).toMatch(/ends after it begins/);
  expect(fault(['09:00', '09:00'])).toMatch(/ends after it begins/);
  expect(fault(['', '09:00'])).toMatch(/both times/);
  expect(fault(['09:00', '09:19'])).toMatch(/one appointment of 20 minutes/);
  expect(fault(['09:00', '09:20'])).toBeUndefined();
  expect(fault(['23:30', '00:00'])).toBeUndefined();
});

it('takes 28 spans and no more', () => {
  const four: [string, string][] = [
    ['08:00', '09:00'],
    ['10:00', '11:00'],
    ['12:00', '13:00'],
    ['14:00', '15:00'],
  ];
  const days = draft.days.map(() => four.map(([from, to]) => ({ from, to })));
  expect(faultsOf({ ...draft, days })).toEqual({});
  const more = days.map((day, at) => (at === 0 ? [...day, { from: '16:00', to: '17:00' }] : day));
  expect(faultsOf({ ...draft, days: more })).toEqual({ hours: 'At most 28 spans in a week.' });
});

it('finds the place of what the server refused', () => {
  expect(placeOf('hours[1].to', draft.days)).toBe('day.0');
  expect(placeOf('hours[2].from', draft.days)).toBe('day.1');
  expect(placeOf('hours[10].to', draft.days)).toBe('day.5');
  expect(placeOf('hours[99].to', draft.days)).toBe('hours');
  expect(placeOf('hours', draft.days)).toBe('hours');
  expect(placeOf('name', draft.days)).toBe('name');
  const refused = new ApiError(422, 'invalid_field', 'No.', { 'hours[2].from': 'No.' });
  expect((placed(refused, draft.days) as ApiError).fields).toEqual({ 'day.1': 'No.' });
});

it('writes hours as people do', () => {
  expect(hoursSummary(week)).toEqual(['Mon–Fri 09:00–13:00, 17:00–20:00']);
  expect(hoursSummary([...week, span(6, '10:00', '12:00')])).toEqual([
    'Mon–Fri 09:00–13:00, 17:00–20:00',
    'Sat 10:00–12:00',
  ]);
  // A day without hours ends a run; spans of a day stand in their order.
  const days = [1, 2, 4, 5].map((day) => span(day, '10:00', '17:00'));
  expect(hoursSummary(days)).toEqual(['Mon–Tue 10:00–17:00', 'Thu–Fri 10:00–17:00']);
  expect(hoursSummary([span(3, '17:00', '24:00'), span(3, '09:00', '10:00')])).toEqual([
    'Wed 09:00–10:00, 17:00–24:00',
  ]);
  expect(hoursSummary([1, 2, 3, 4, 5, 6, 7].map((day) => span(day, '00:00', '24:00')))).toEqual([
    'Every day 00:00–24:00',
  ]);
});
