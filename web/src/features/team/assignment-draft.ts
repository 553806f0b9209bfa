import type { Assignment, Member } from '../../api/types';

/** Proficiency by agent, in the order shown. */
export type Levels = ReadonlyMap<number, number>;

/** What was changed and is not saved. */
export interface Draft {
  /** The member's revision that the change began on; sent as `If-Match`. */
  rev: number;
  base: Levels;
  now: Levels;
}

export const FIRST_LEVEL = 50;

export function levelsOf(agents: readonly Assignment[]): Levels {
  return new Map(agents.map((agent) => [agent.agent_id, agent.proficiency_level]));
}

/** The draft after a change; null when it says what is stored. */
export function changed(
  draft: Draft | null,
  member: Pick<Member, 'agents' | 'rev'>,
  change: (levels: Map<number, number>) => void,
): Draft | null {
  const from = draft ?? { rev: member.rev, base: levelsOf(member.agents), now: levelsOf(member.agents) };
  const now = new Map(from.now);
  change(now);
  return same(from.base, now) ? null : { ...from, now };
}

/** The same agents with the same proficiency; the order says nothing. */
export function same(a: Levels, b: Levels): boolean {
  return a.size === b.size && [...a].every(([id, level]) => b.get(id) === level);
}

/** Puts a removed agent back where it was. */
export function putBack(levels: Map<number, number>, id: number, level: number, order: Levels): void {
  const wanted = new Map([...levels, [id, level] as const]);
  levels.clear();
  for (const key of order.keys()) {
    const value = wanted.get(key);
    if (value === undefined) continue;
    levels.set(key, value);
    wanted.delete(key);
  }
  for (const [key, value] of wanted) levels.set(key, value);
}

/** One agent on which two versions differ; null where it is not assigned. */
export interface Difference {
  agent: number;
  mine: number | null;
  theirs: number | null;
}

/** Where my draft and what somebody else saved are not the same. */
export function differences(mine: Levels, theirs: Levels): Difference[] {
  const agents = new Set([...mine.keys(), ...theirs.keys()]);
  return [...agents]
    .map((agent) => ({ agent, mine: mine.get(agent) ?? null, theirs: theirs.get(agent) ?? null }))
    .filter((line) => line.mine !== line.theirs);
}

/** The whole number 0-100 that was typed, or nothing. */
export function levelTyped(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^\d{1,3}$/.test(trimmed)) return undefined;
  const level = Number(trimmed);
  return level <= 100 ? level : undefined;
}
