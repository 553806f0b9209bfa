import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import { agentsQuery } from '../api/agents';
import { recentCallsQuery } from '../api/calls';
import { useMe } from '../api/session';
import { membersQuery } from '../api/team';
import { moment } from '../lib/format';
import { chooseTheme, shownTheme } from '../lib/theme';
import { hasPage, pagesOf } from './nav';

/** What a person can do from anywhere. The palette, the shortcuts and their
 * list all read the same commands. */
export interface Command {
  id: string;
  group: 'Pages' | 'Actions' | 'Members' | 'AI agents' | 'Recent calls';
  title: string;
  /** To its right in the palette. */
  hint?: string;
  /** Keys one after the other, such as `g t`; single keys can be turned off. */
  keys?: string;
  run: () => void;
}

/** Pages and actions: few, and there at once. */
export function useBaseCommands(open: { help: () => void; logout: () => void }): Command[] {
  const router = useRouter();
  const me = useMe();
  const { help, logout } = open;
  return useMemo(() => {
    const pages = pagesOf(me).map((item): Command => {
      return {
        id: `page ${item.to}`,
        group: 'Pages',
        title: item.label,
        keys: item.keys,
        run: () => router.history.push(item.to),
      };
    });
    const profile: Command = {
      id: 'profile',
      group: 'Pages',
      title: 'Your profile',
      keys: 'g p',
      run: () => router.history.push('/profile'),
    };
    return [...pages, profile, ...actions(help, logout)];
  }, [router, me, help, logout]);
}

/** Members, agents and recent calls; read when the palette opens. */
export function useFoundCommands(): Command[] {
  const router = useRouter();
  const me = useMe();
  const { zone } = me.client;
  const members = useQuery(membersQuery).data;
  const agents = useQuery(agentsQuery).data;
  const calls = useQuery(recentCallsQuery).data;
  return useMemo(() => {
    const go = (path: string) => () => router.history.push(path);
    const found: Command[] = [];
    if (hasPage('/team', me)) {
      for (const member of members ?? []) {
        const to = go(`/team/${member.id}`);
        found.push({
          id: `member ${member.id}`,
          group: 'Members',
          title: member.name,
          hint: member.email,
          run: to,
        });
      }
    }
    for (const agent of agents ?? []) {
      const to = go(`/agents?q=${encodeURIComponent(agent.name)}&sector=${agent.sector}`);
      found.push({
        id: `agent ${agent.agent_id}`,
        group: 'AI agents',
        title: agent.name,
        hint: agent.agent_type,
        run: to,
      });
    }
    if (hasPage('/calls', me)) {
      for (const call of calls ?? []) {
        const title = call.caller_number ?? 'Unknown number';
        const hint = moment(call.started_at, zone);
        found.push({
          id: `call ${call.id}`,
          group: 'Recent calls',
          title,
          hint,
          run: go(`/calls/${call.id}`),
        });
      }
    }
    return found;
  }, [router, me, zone, members, agents, calls]);
}

function actions(help: () => void, logout: () => void): Command[] {
  return [
    {
      id: 'theme',
      group: 'Actions',
      title: 'Switch between light and dark',
      keys: 't',
      run: () => chooseTheme(shownTheme() === 'dark' ? 'light' : 'dark'),
    },
    { id: 'help', group: 'Actions', title: 'Keyboard shortcuts', keys: '?', run: help },
    { id: 'logout', group: 'Actions', title: 'Log out', run: logout },
  ];
}
