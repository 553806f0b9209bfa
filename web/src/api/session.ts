import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { setLanguage } from '../lib/format';
import { answer, api } from './client';
import { keys } from './keys';
import type { Role, User } from './types';

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: async ({ signal, client }) => {
    const me = await answer(api.GET('/api/auth/me', { signal }));
    setLanguage(me.client.language);
    // The first thing that a page reads: events after this are all it can miss.
    if (client.getQueryCache().getAll().length === 1) client.setQueryData(keys.since, me.last_event);
    return me;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** Who is logged in; inside `_app` only, where there is always somebody. */
export function useMe(): User {
  return useSuspenseQuery(meQuery).data;
}

export function login(email: string, password: string, clientId?: string) {
  return answer(api.POST('/api/auth/login', { body: { email, password, client_id: clientId ?? null } }));
}

export function logout() {
  return answer(api.POST('/api/auth/logout'));
}

/** The companies that this login belongs to. */
export const clientsQuery = queryOptions({
  queryKey: [...keys.me, 'clients'],
  queryFn: ({ signal }) => answer(api.GET('/api/auth/clients', { signal })).then((body) => body.clients),
});

/** Goes to another company: a new session, and the old one ends. */
export function enterClient(clientId: string) {
  return answer(api.POST('/api/auth/client', { body: { client_id: clientId } }));
}

/** What a role may do. What it may not is absent from the page; the server
 * refuses it as well (crates/server/src/auth/permit.rs). */
export const may = {
  /** See the whole team, the dashboard, channels and rules. */
  lead: (role: Role) => role !== 'agent',
  /** Change people, channels, rules and settings. */
  manage: (role: Role) => role === 'owner' || role === 'manager',
  /** Secrets, API keys, whatever touches an owner. */
  own: (role: Role) => role === 'owner',
} as const;

const ROLE_NAMES: Record<Role, string> = {
  owner: 'Owner',
  manager: 'Manager',
  supervisor: 'Supervisor',
  // The wire's one place where a person is called agent.
  agent: 'Member',
};

export function roleName(role: Role): string {
  return ROLE_NAMES[role];
}
