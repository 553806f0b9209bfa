import { describe, expect, it } from 'vitest';
import { makeAgent, makeMember } from '../../testing/factories';
import { addBody, addSchema, clashes, editBody, valuesOf } from './member-form';
import { matching, memberRows } from './member-rows';
import { permit } from './permit';
import { sought } from './picker';
import { trendBars } from './trend';

describe('what a role may do with a member', () => {
  const owner = { id: 1, role: 'owner' } as const;
  const member = { id: 5, role: 'agent' } as const;
  const nothing = {
    edit: false,
    availability: false,
    roles: [],
    standing: false,
    links: false,
    assign: false,
  };

  it('leaves owners to owners', () => {
    expect(permit({ member_id: 2, role: 'manager' }, owner)).toEqual(nothing);
    expect(permit({ member_id: 3, role: 'supervisor' }, owner)).toEqual(nothing);
    expect(permit({ member_id: 4, role: 'owner' }, owner).roles).toContain('owner');
  });

  it('lets a manager make nobody an owner, and nobody change his own role or standing', () => {
    const theirs = permit({ member_id: 2, role: 'manager' }, member);
    expect(theirs).toMatchObject({ edit: true, standing: true, roles: ['agent', 'supervisor', 'manager'] });
    const own = permit({ member_id: 1, role: 'owner' }, owner);
    expect(own).toMatchObject({ edit: true, standing: false, roles: [] });
  });

  it('leaves availability and assignments to a supervisor, own availability to a member', () => {
    expect(permit({ member_id: 3, role: 'supervisor' }, member)).toEqual({
      ...nothing,
      availability: true,
      assign: true,
    });
    expect(permit({ member_id: 5, role: 'agent' }, member)).toEqual({ ...nothing, availability: true });
  });
});

describe('the rows of the list', () => {
  const rows = memberRows([
    makeMember({ id: 1, name: 'Zoya', status: 'inactive' }),
    makeMember({ id: 2, name: 'ஆதி', email: 'adhi@example.com', role: 'manager' }),
    makeMember({ id: 3, name: 'Bela', status: 'invited' }),
    makeMember({ id: 4, name: 'Anil', title: 'Team lead' }),
  ]);
  const names = (words: string, status: 'all' | 'invited' = 'all') =>
    matching(rows, words, status).map((row) => row.member.name);

  it('stand by who works here, then by name', () => {
    expect(names('')).toEqual(['Anil', 'ஆதி', 'Bela', 'Zoya']);
  });

  it('are found by every word of name, e-mail, role and title', () => {
    expect(names('team lead')).toEqual(['Anil']);
    expect(names('MANAGER adhi')).toEqual(['ஆதி']);
    expect(names('ஆதி')).toEqual(['ஆதி']);
    expect(names('', 'invited')).toEqual(['Bela']);
    expect(names('nobody')).toEqual([]);
  });
});

describe('the trend', () => {
  it('keeps days without calls, without known outcomes and with 0 % apart', () => {
    const none = { success_rate: null, avg_rating: null, avg_handling_time: null, performance_score: null };
    const bars = trendBars([
      { day: '2026-11-21', has_calls: false, calls: 0, ...none },
      { day: '2026-11-22', has_calls: true, calls: 1, ...none },
      { day: '2026-11-23', has_calls: true, calls: 2, ...none, success_rate: 0, avg_handling_time: 65 },
    ]);
    expect(bars.map((bar) => bar.parts)).toEqual([null, [], [{ name: 'Success', value: 0, tone: 'accent' }]]);
    expect(bars[1]?.lines).toEqual(['No outcome known yet', '1 call']);
    expect(bars[2]?.lines).toEqual(['0% success', '2 calls', '1:05 average']);
    expect(bars[0]?.label).toBe('Sat');
  });
});

describe('the forms', () => {
  it('send only what was changed, and null where something was emptied', () => {
    const base = valuesOf(makeMember({ title: 'Associate', phone: '+919812345678' }));
    expect(editBody(base, base)).toEqual({});
    expect(editBody(base, { ...base, title: ' ', role: 'manager', openLimit: '5' })).toEqual({
      title: null,
      role: 'manager',
      open_limit: 5,
    });
  });

  it('clash only where both changed the same field to something else', () => {
    const base = valuesOf(makeMember({ title: 'Associate' }));
    const theirs = { ...base, title: 'Lead', availability: 'away' as const };
    expect(clashes(base, { ...base, name: 'Other' }, theirs)).toEqual([]);
    expect(clashes(base, { ...base, title: 'Lead' }, theirs)).toEqual([]);
    expect(clashes(base, { ...base, title: 'Chief' }, theirs)).toEqual([
      { field: 'title', mine: 'Chief', theirs: 'Lead' },
    ]);
  });

  it('leave out what was not filled in', () => {
    const values = { email: ' a@b.co ', name: 'A', title: '', phone: '', role: 'agent' as const, team: '' };
    expect(addBody(values)).toEqual({ email: 'a@b.co', name: 'A', role: 'agent' });
    expect(addSchema.safeParse({ ...values, phone: '+91 98123-45678' }).success).toBe(true);
    expect(addSchema.safeParse({ ...values, phone: '12' }).success).toBe(false);
    expect(addSchema.safeParse({ ...values, email: 'a@b' }).success).toBe(false);
  });
});

describe('the picker of agents', () => {
  it('finds by name and sector, the own sector first', () => {
    const agents = [
      makeAgent({ agent_id: 9, name: 'Triage', sector: 'healthcare' }),
      makeAgent({ agent_id: 2, name: 'Refunds' }),
    ];
    expect(sought(agents, '', 'ecommerce').map((agent) => agent.agent_id)).toEqual([2, 9]);
    expect(sought(agents, 'clinic tri', 'ecommerce').map((agent) => agent.agent_id)).toEqual([9]);
    expect(sought(agents, 'clinic refunds', 'ecommerce')).toEqual([]);
  });
});
