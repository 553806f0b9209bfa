import type { Agent, Member, Sector } from '../../api/types';

/** A member who looks after an agent. */
export interface Keeper {
  id: number;
  name: string;
  proficiency: number;
  calls: number;
  successRate: number | null;
}

/** An agent with the people of this client who look after it. */
export interface AgentRow {
  agent: Agent;
  sectorName: string;
  /** Best proficiency first. */
  keepers: Keeper[];
  /** What is sought in, made once for all keystrokes. */
  text: string;
}

export function agentRows(
  agents: readonly Agent[],
  members: readonly Member[],
  names: ReadonlyMap<Sector, string>,
): AgentRow[] {
  const keepers = keepersByAgent(members);
  return agents.map((agent) => {
    const sectorName = names.get(agent.sector) ?? agent.sector;
    return {
      agent,
      sectorName,
      keepers: keepers.get(agent.agent_id) ?? [],
      text: textOf(agent, sectorName),
    };
  });
}

/** Every word must occur somewhere: name, sector, purpose, what it handles. */
export function matching(rows: readonly AgentRow[], words: string, sector: Sector | 'all'): AgentRow[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(
    ({ agent, text }) =>
      (sector === 'all' || agent.sector === sector) && wanted.every((word) => text.includes(word)),
  );
}

function textOf(agent: Agent, sectorName: string): string {
  return [
    agent.name,
    agent.agent_type,
    sectorName,
    agent.purpose,
    ...agent.resolves,
    ...agent.intents.map(inWords),
  ]
    .join(' ')
    .toLocaleLowerCase();
}

/** The catalogue's `change_address` as `Change address`. */
export function inWords(intent: string): string {
  const words = intent.replaceAll('_', ' ');
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** Groups in the order given, the client's own sector first. */
export function bySector(rows: readonly AgentRow[], own: Sector): [Sector, AgentRow[]][] {
  const groups = new Map<Sector, AgentRow[]>();
  for (const row of rows) {
    const group = groups.get(row.agent.sector);
    if (group) group.push(row);
    else groups.set(row.agent.sector, [row]);
  }
  return [...groups].sort(([a], [b]) => Number(b === own) - Number(a === own));
}

function keepersByAgent(members: readonly Member[]): Map<number, Keeper[]> {
  const keepers = new Map<number, Keeper[]>();
  for (const member of members) {
    if (member.status === 'inactive') continue;
    for (const assignment of member.agents) {
      const list = keepers.get(assignment.agent_id) ?? [];
      list.push({
        id: member.id,
        name: member.name,
        proficiency: assignment.proficiency_level,
        calls: assignment.calls_handled,
        successRate: assignment.success_rate ?? null,
      });
      keepers.set(assignment.agent_id, list);
    }
  }
  for (const list of keepers.values()) list.sort((a, b) => b.proficiency - a.proficiency || a.id - b.id);
  return keepers;
}
