import { describe, expect, it } from 'vitest';
import type { Assignment } from '../../api/types';
import { changed, differences, levelsOf, levelTyped, putBack, same } from './assignment-draft';

const assigned = (agent_id: number, proficiency_level: number): Assignment => ({
  agent_id,
  agent_type: `agent_${agent_id}`,
  name: `Agent ${agent_id}`,
  sector: 'ecommerce',
  proficiency_level,
  calls_handled: 0,
});
const member = { rev: 4, agents: [assigned(1, 70), assigned(2, 60), assigned(3, 50)] };

describe('a draft of assignments', () => {
  it('begins with the first change, on the revision that was looked at', () => {
    const draft = changed(null, member, (levels) => levels.set(1, 71));
    expect(draft?.rev).toBe(4);
    expect(draft?.now.get(1)).toBe(71);
    // What comes in meanwhile does not move its base.
    const next = changed(draft, { rev: 9, agents: [] }, (levels) => levels.set(2, 61));
    expect(next?.rev).toBe(4);
    expect(next?.base.size).toBe(3);
  });

  it('is none when it says again what is stored', () => {
    const draft = changed(null, member, (levels) => levels.set(1, 71));
    expect(changed(draft, member, (levels) => levels.set(1, 70))).toBeNull();
    expect(changed(null, member, () => {})).toBeNull();
  });

  it('puts a removed agent back where it was', () => {
    const before = levelsOf(member.agents);
    const draft = changed(null, member, (levels) => levels.delete(2));
    expect([...(draft?.now.keys() ?? [])]).toEqual([1, 3]);
    const now = new Map(draft?.now);
    now.set(9, 50);
    putBack(now, 2, 60, before);
    expect([...now]).toEqual([
      [1, 70],
      [2, 60],
      [3, 50],
      [9, 50],
    ]);
  });

  it('names every agent on which two versions differ, and no other', () => {
    const mine = new Map([
      [1, 80],
      [2, 60],
      [4, 50],
    ]);
    const theirs = new Map([
      [1, 75],
      [2, 60],
      [3, 10],
    ]);
    expect(differences(mine, theirs)).toEqual([
      { agent: 1, mine: 80, theirs: 75 },
      { agent: 4, mine: 50, theirs: null },
      { agent: 3, mine: null, theirs: 10 },
    ]);
    expect(same(mine, new Map([...mine].reverse()))).toBe(true);
    expect(same(mine, theirs)).toBe(false);
  });

  it('takes whole numbers from 0 to 100', () => {
    expect(['0', '100', ' 7 '].map(levelTyped)).toEqual([0, 100, 7]);
    expect(['', '101', '-1', '7.5', '1e2', 'x'].map(levelTyped)).toEqual(Array(6).fill(undefined));
  });
});
