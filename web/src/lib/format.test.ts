import { afterEach, describe, expect, it } from 'vitest';
import { dayStart, nextDay } from './days';
import { count, date, moment, rating, setLanguage, time } from './format';

afterEach(() => setLanguage('en-IN'));

describe('the company’s language', () => {
  const at = '2026-11-23T18:35:00Z';

  it('groups figures and orders dates', () => {
    const written = (tag: string) => {
      setLanguage(tag);
      return [count(1_234_567), rating(4.25), date(at, 'Asia/Kolkata')];
    };
    expect(written('en-IN')).toEqual(['12,34,567', '4.3', '24 Nov 2026']);
    expect(written('en-GB')).toEqual(['1,234,567', '4.3', '24 Nov 2026']);
    expect(written('en-US')).toEqual(['1,234,567', '4.3', 'Nov 24, 2026']);
  });

  it('cuts days and hours in the company’s zone, and midnight is 00', () => {
    for (const tag of ['en-IN', 'en-GB', 'en-US']) {
      setLanguage(tag);
      expect(time('2026-11-23T18:30:00Z', 'Asia/Kolkata')).toBe('00:00');
      expect(moment(at, 'Asia/Kolkata')).toContain('24');
      expect(moment(at, 'America/New_York')).toContain('23');
    }
  });
});

describe('a day of a zone', () => {
  it('begins at its own midnight, and where there is none at the first moment', () => {
    expect(new Date(dayStart('2026-11-23', 'Asia/Kolkata')).toISOString()).toBe('2026-11-22T18:30:00.000Z');
    expect(nextDay('2026-12-31')).toBe('2027-01-01');
    // Clocks went from 23:59 to 01:00 in Beirut.
    expect(new Date(dayStart('2026-03-29', 'Asia/Beirut')).toISOString()).toBe('2026-03-28T22:00:00.000Z');
  });
});
