import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import type { Schema } from '../../api/types';

export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: () => answer(api.POST('/api/invitations/look', { body: { token } })),
    retry: false,
  });

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => answer(api.GET('/api/setup', { signal })),
});

export const acceptInvitation = (body: Schema<'AcceptInvitation'>) =>
  answer(api.POST('/api/invitations/accept', { body }));
export const askReset = (email: string) => answer(api.POST('/api/auth/password-resets', { body: { email } }));
export const applyReset = (body: Schema<'UseReset'>) =>
  answer(api.POST('/api/auth/password-resets/use', { body }));
export const setUp = (body: Schema<'SetUpClient'>) => answer(api.POST('/api/setup', { body }));
