import { expect, it } from 'vitest';
import { draftOf, faultsOf, placeOf, rulesOf } from './rules-draft';

const rules = {
  hours: [
    { weekday: 1, from_min: 540, to_min: 780 },
    { weekday: 1, from_min: 840, to_min: 1_440 },
    { weekday: 6, from_min: 600, to_min: 840 },
  ],
  holidays: [{ day: '2026-12-25', name: 'Christmas' }],
  escalation_phrases: ['legal notice', 'consumer court'],
  limits: { call_minutes: 30 },
};

it('comes back as it was, the end of the day included', () => {
  const draft = draftOf(rules);
  expect(draft.days[0]).toEqual([
    { from: '09:00', to: '13:00' },
    { from: '14:00', to: '00:00' },
  ]);
  expect(rulesOf(draft)).toEqual(rules);
  expect(faultsOf(draft)).toEqual({});
  expect(rulesOf({ ...draft, limited: false }).hours).toEqual([]);
});

it('says what is wrong at its place', () => {
  const draft = draftOf(rules);
  const faults = faultsOf({
    ...draft,
    days: [
      [
        { from: '09:00', to: '13:00' },
        { from: '12:00', to: '15:00' },
      ],
      [{ from: '18:00', to: '09:00' }],
      [{ from: '', to: '09:00' }],
      [],
      [],
      [],
      [],
    ],
    holidays: [{ day: '', name: 'x' }],
    phrases: 'one two three four five six seven eight nine ten eleven',
    minutes: '59',
  });
  expect(Object.keys(faults)).toEqual(['day.0', 'day.1', 'day.2', 'holiday.0', 'phrases', 'minutes']);
  expect(faultsOf({ ...draft, days: draft.days.map(() => []) }).hours).toMatch(/at least one day/);
});

it('finds the place of what the server refused', () => {
  const draft = draftOf(rules);
  expect(placeOf('hours[1].to_min', draft)).toBe('day.0');
  expect(placeOf('hours[2].to_min', draft)).toBe('day.5');
  expect(placeOf('holidays[0].name', draft)).toBe('holiday.0');
  expect(placeOf('limits.call_minutes', draft)).toBe('minutes');
});
