import { answer, api, ifMatch } from '../../api/client';
import type { Role, Schema, Sector } from '../../api/types';
import type { Changes } from './sector-draft';

// The document knows no free-form object; the catalogue's fields are one.
type Free = Record<string, never>;
export const saveSector = ({ sector, changes }: { sector: Sector; changes: Changes }) =>
  answer(api.POST('/api/sector-config', { body: { sector, config: changes as Free } }));
export const trySector = ({ sector, changes }: { sector: Sector; changes: Changes }) =>
  answer(
    api.POST('/api/sector-config/{sector}/test', {
      params: { path: { sector } },
      body: { config: changes as Free },
    }),
  );

export const makeChannel = (body: Schema<'MakeChannel'>) => answer(api.POST('/api/channels', { body }));
export const editChannel = ({ id, rev, body }: { id: number; rev: number; body: Schema<'EditChannel'> }) =>
  answer(api.PUT('/api/channels/{id}', { params: { path: { id }, header: ifMatch(rev) }, body }));
export const rotateKey = ({ id, rev }: { id: number; rev: number }) =>
  answer(api.POST('/api/channels/{id}/rotate-key', { params: { path: { id }, header: ifMatch(rev) } }));
export const setCarrier = ({ id, rev, body }: { id: number; rev: number; body: Schema<'SetCarrier'> }) =>
  answer(api.PUT('/api/channels/{id}/carrier', { params: { path: { id }, header: ifMatch(rev) }, body }));

export const saveRules = ({ rules, rev }: { rules: Schema<'Rules'>; rev: number }) =>
  answer(api.PUT('/api/rules', { body: rules, params: { header: ifMatch(rev) } }));

export const makeTeam = (name: string) => answer(api.POST('/api/teams', { body: { name } }));
export const renameTeam = ({ id, rev, name }: { id: number; rev: number; name: string }) =>
  answer(api.PUT('/api/teams/{id}', { params: { path: { id }, header: ifMatch(rev) }, body: { name } }));
export const removeTeam = (id: number) => answer(api.DELETE('/api/teams/{id}', { params: { path: { id } } }));

export const addMember = (body: Schema<'AddMember'>) => answer(api.POST('/api/teams/members', { body }));
export const setRole = ({ id, rev, role }: { id: number; rev: number; role: Role }) =>
  answer(
    api.PUT('/api/teams/members/{id}', { params: { path: { id }, header: ifMatch(rev) }, body: { role } }),
  );
export const invite = (id: number) =>
  answer(api.POST('/api/teams/members/{id}/invitation', { params: { path: { id } } }));
export const withdraw = (id: number) =>
  answer(api.DELETE('/api/teams/members/{id}/invitation', { params: { path: { id } } }));

export const makeApiKey = (body: Schema<'MakeApiKey'>) => answer(api.POST('/api/api-keys', { body }));
export const revokeApiKey = (id: string) =>
  answer(api.DELETE('/api/api-keys/{id}', { params: { path: { id } } }));

export const retryJob = (body: Schema<'RetryJob'>) => answer(api.POST('/api/jobs/retry', { body }));

export const addDoctor = (body: Schema<'AddDoctor'>) => answer(api.POST('/api/doctors', { body }));
export const saveDoctor = ({ id, body }: { id: number; body: Schema<'PutDoctor'> }) =>
  answer(api.PUT('/api/doctors/{id}', { params: { path: { id } }, body }));
