import { sectorName } from '../../api/sectors';
import type { Agent } from '../../api/types';

/** Agents whose name or sector holds every word, the own sector first. */
export function sought(agents: readonly Agent[], words: string, own: Agent['sector']): Agent[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return agents
    .filter((agent) => {
      const text = `${agent.name} ${sectorName(agent.sector)} ${agent.sector}`.toLocaleLowerCase();
      return wanted.every((word) => text.includes(word));
    })
    .toSorted((a, b) => Number(b.sector === own) - Number(a.sector === own) || a.agent_id - b.agent_id);
}
