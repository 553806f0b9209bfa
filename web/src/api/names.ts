import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { agentsQuery } from './agents';
import { membersQuery, nameOf } from './team';
import type { Call } from './types';

export interface Names {
  member: (id: number | null | undefined) => string;
  agent: (call: Call) => string;
}

/** Names beside the ids of calls. */
export function useNames(): Names {
  const members = useQuery(membersQuery).data;
  const agents = useQuery(agentsQuery).data;
  return useMemo(() => {
    // A map: the list asks for hundreds of names among hundreds of people.
    const ofMember = new Map(members?.map((member) => [member.id, member]));
    const ofAgent = new Map(agents?.map((agent) => [agent.agent_id, agent.name]));
    return {
      member: (id) => (id == null ? undefined : ofMember.get(id)?.name) ?? nameOf([], id),
      agent: (call) => ofAgent.get(call.agent_id) ?? call.agent_type.replaceAll('_', ' '),
    };
  }, [members, agents]);
}
