import { queryOptions } from '@tanstack/react-query';
import { answer, api, ifMatch } from '../../api/client';
import { keys } from '../../api/keys';
import type { Schema } from '../../api/types';

export const companyQuery = queryOptions({
  queryKey: [...keys.me, 'company'],
  queryFn: ({ signal }) => answer(api.GET('/api/company', { signal })),
});

/** What a step changes of the company; the rest stays as it is. */
export async function saveCompany(now: Schema<'Company'>, change: Partial<Schema<'PutCompany'>>) {
  const { name, sector, zone, language, fairness } = now;
  const body = { name, sector, zone, language, fairness, ...change };
  return answer(api.PUT('/api/company', { body, params: { header: ifMatch(now.rev) } }));
}

export const requestsQuery = (id: number) =>
  queryOptions({
    queryKey: [...keys.channels, id, 'requests'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/channels/{id}/requests', { params: { path: { id } }, signal })),
  });

export const makePhone = (body: { name: string; number: string }) =>
  answer(api.POST('/api/channels', { body: { kind: 'phone', ...body } }));

export const addMember = (body: { name: string; email: string; role: Schema<'Role'> }) =>
  answer(api.POST('/api/teams/members', { body }));

export const inviteMember = (id: number) =>
  answer(api.POST('/api/teams/members/{id}/invitation', { params: { path: { id } } }));

export const watchRehearsal = () => answer(api.POST('/api/rehearsals', { body: {} }));
