import { answer, api } from '../../api/client';
import { saveCompany } from '../../api/company';
import type { Schema } from '../../api/types';

/** What a step changes of the company; the rest stays as it is. */
export function changeCompany(now: Schema<'Company'>, change: Partial<Schema<'PutCompany'>>) {
  const { name, sector, zone, language, fairness, rev } = now;
  return saveCompany({ name, sector, zone, language, fairness, ...change, rev });
}

export const makePhone = (body: { name: string; number: string }) =>
  answer(api.POST('/api/channels', { body: { kind: 'phone', ...body } }));

export const addMember = (body: { name: string; email: string; role: Schema<'Role'> }) =>
  answer(api.POST('/api/teams/members', { body }));

export const inviteMember = (id: number) =>
  answer(api.POST('/api/teams/members/{id}/invitation', { params: { path: { id } } }));

export const watchRehearsal = () => answer(api.POST('/api/rehearsals', { body: { script: 'question' } }));
