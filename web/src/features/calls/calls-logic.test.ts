import { describe, expect, it } from 'vitest';
import { callKind } from '../../lib/call-kind';
import { dayStart } from '../../lib/days';
import { makeCall } from '../../testing/factories';
import { weighings } from './decision';
import { actorName, factWords } from './fact-words';
import { isFiltered, parseSearch } from './filter';
import { exportUrl } from './filter-query';

describe('filters', () => {
  it('keep what they understand and leave the rest out', () => {
    const search = parseSearch({
      member: '3',
      agent: 'x',
      outcome: 'failed',
      channel: -1,
      from: '2026-11-31',
      to: 7,
    });
    expect(search).toEqual({ member: 3, outcome: 'failed', from: '2026-11-31' });
    expect(isFiltered(parseSearch({ outcome: 'nothing' }))).toBe(false);
  });

  it('cut days where the client cuts them', () => {
    expect(new Date(dayStart('2026-11-23', 'Asia/Kolkata')).toISOString()).toBe('2026-11-22T18:30:00.000Z');
    // Clocks go back at two in the morning of this day, and forward of that.
    expect(new Date(dayStart('2026-11-01', 'America/New_York')).toISOString()).toBe(
      '2026-11-01T04:00:00.000Z',
    );
    expect(new Date(dayStart('2026-11-02', 'America/New_York')).toISOString()).toBe(
      '2026-11-02T05:00:00.000Z',
    );
    expect(new Date(dayStart('2026-03-29', 'Europe/Berlin')).toISOString()).toBe('2026-03-28T23:00:00.000Z');
  });

  it('export exactly what is shown, the last day whole', () => {
    const url = exportUrl({ member: 3, from: '2026-11-23', to: '2026-11-23' }, 'Asia/Kolkata');
    expect(Object.fromEntries(new URL(url, 'http://x').searchParams)).toEqual({
      member: '3',
      from: '2026-11-22T18:30:00.000Z',
      to: '2026-11-23T18:30:00.000Z',
    });
    expect(exportUrl({}, 'Asia/Kolkata')).toBe('/api/calls/export');
  });
});

describe('a call is shown as one thing', () => {
  it('by its outcome once it has one, by its state before', () => {
    expect(callKind(makeCall())).toEqual({ label: 'Resolved by AI', tone: 'good', live: false });
    const on = { outcome: null, ended_at: null, escalated: false } as const;
    expect(callKind(makeCall({ ...on, state: 'streaming' })).label).toBe('With AI agent');
    expect(callKind(makeCall({ ...on, state: 'streaming', escalated: true })).label).toBe('Person asked for');
    expect(callKind(makeCall({ ...on, state: 'talking', escalated: true })).label).toBe('With a person');
    // An echo has no outcome for ever.
    expect(callKind(makeCall({ outcome: null, state: 'ended' }))).toMatchObject({
      label: 'Ended',
      live: false,
    });
  });
});

describe('the stored decision', () => {
  const decision = {
    why: 'Member 2 of 2 eligible for front_desk.',
    chosen: { team_member_id: 2 },
    snapshot: {
      candidates: [
        {
          member: 1,
          status: 'active',
          availability: 'available',
          takes_calls: true,
          assigned: true,
          open_owned: 1,
          open_limit: 3,
        },
        {
          member: 2,
          status: 'active',
          availability: 'busy',
          takes_calls: true,
          assigned: true,
          open_owned: 0,
          open_limit: 3,
        },
        { member: 3, status: 'active', availability: 'away', takes_calls: true, assigned: true },
        { member: 4, status: 'active', availability: 'available', takes_calls: false, assigned: true },
        { member: 5, status: 'active', availability: 'available', takes_calls: true, assigned: false },
      ],
    },
    draws: {
      weighed: [
        { member: 1, prior_mean: 0.9, relative: 0.5, value: 99 },
        { member: 2, prior_mean: 0.8, relative: -0.5, value: 70 },
      ],
    },
  };

  it('has the chosen first, then the others by value, then who could not', () => {
    const { rows } = weighings(decision);
    expect(rows.map((row) => row.member)).toEqual([2, 1, 3, 4, 5]);
    expect(rows[0]).toMatchObject({ chosen: true, expected: 80, load: 50, open: '0 of 3' });
    expect(rows.slice(2).map((row) => row.out)).toEqual([
      'away',
      'takes no calls',
      'not assigned to this agent',
    ]);
  });

  it('is nothing when there is none', () => {
    expect(weighings(null)).toEqual({ why: '', rows: [] });
  });
});

describe('facts in words', () => {
  const fact = (kind: string, data: Record<string, unknown> = {}) =>
    factWords({
      seq: 1,
      at: '2026-11-23T06:00:00Z',
      actor: 'agent',
      kind,
      data: data as Record<string, never>,
    });

  it('say what happened, also for a kind that is new here', () => {
    expect(fact('keys', { count: 1 })).toBe('1 key pressed');
    expect(fact('escalated', { reason: 'anger' })).toBe('A person was asked for: the caller was angry');
    expect(fact('hold_music', {})).toBe('Hold music');
    expect(actorName('member:7')).toBe('Person');
  });
});
