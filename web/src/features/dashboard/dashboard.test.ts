import { describe, expect, it } from 'vitest';
import type { Schema } from '../../api/types';
import { checklist } from './checklist';
import { points, relative, tenths } from './delta';
import { hourBars, hourIn } from './hours';

const words = { more: 'more', less: 'less', better: 'more' as const };

describe('delta', () => {
  it('says how far and which way, and colours only what is better or worse', () => {
    expect(relative(112, 100, words)).toEqual({ arrow: '↑', words: '12% more', tone: 'good' });
    expect(relative(94, 100, { ...words, better: 'less' })).toEqual({
      arrow: '↓',
      words: '6% less',
      tone: 'good',
    });
    expect(points(70, 74, words)).toEqual({ arrow: '↓', words: '4 points less', tone: 'poor' });
    expect(tenths(4.4, 4.4, words)?.words).toBe('the same');
    expect(relative(5, 4, { ...words, better: 'neither' })?.tone).toBe('neutral');
  });

  it('says nothing where there is nothing to compare with', () => {
    expect(relative(5, 0, words)).toBeNull();
    expect(points(null, 50, words)).toBeNull();
  });
});

describe('hours', () => {
  const hours = Array.from({ length: 24 }, (_, hour) => ({
    hour,
    calls: hour === 6 ? 3 : 0,
    by_agent: 2,
    escalated: hour === 6 ? 1 : 0,
  }));

  it('shows office hours and those with calls; what is to come is not 0', () => {
    const bars = hourBars(hours, 10);
    expect([bars[0]?.label, bars.at(-1)?.label]).toEqual(['06:00', '19:00']);
    expect(bars[0]?.parts?.map((part) => part.value)).toEqual([2, 1]);
    expect(bars.find((bar) => bar.key === '11')?.parts).toEqual([]);
    expect(bars.find((bar) => bar.key === '9')?.parts).toHaveLength(2);
  });

  it("counts in the company's zone", () => {
    expect(hourIn('Asia/Kolkata', '2026-11-23T18:45:00Z')).toBe(0);
  });
});

describe('checklist', () => {
  const summary = { members: { active: 1, can_be_rung: 0 }, all_time: { calls: 0 } } as Schema<'TeamSummary'>;
  const channel = {
    kind: 'phone',
    is_active: true,
    name: 'Main',
    carrier_login_set: false,
  } as Schema<'Channel'>;
  const done = (channels: Schema<'Channel'>[]) =>
    checklist({ channels, sectors: [], summary, parked: 0 })
      .filter((check) => check.done)
      .map((check) => check.id);

  it('has what was given up first to do, and only then', () => {
    const ids = (parked: number) =>
      checklist({ channels: [], sectors: [], summary, parked }).map((check) => check.id);
    expect(ids(0)).not.toContain('parked');
    expect(ids(2)).toContain('parked');
  });

  it('ticks itself as things come', () => {
    expect(done([])).toEqual([]);
    expect(done([channel])).toEqual(['phone']);
    expect(done([{ ...channel, carrier_login_set: true, fallback_number: '+911' }])).toEqual([
      'phone',
      'carrier',
      'fallback',
    ]);
  });

  it('says that nobody can be rung until somebody has a phone and an agent', () => {
    const rung = (can_be_rung: number) =>
      checklist({
        channels: [],
        sectors: [],
        summary: { ...summary, members: { ...summary.members, can_be_rung } },
        parked: 0,
      }).find((check) => check.id === 'rung')?.done;
    expect([rung(0), rung(1)]).toEqual([false, true]);
  });
});
