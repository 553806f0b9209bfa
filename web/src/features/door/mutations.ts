import { answer, api } from '../../api/client';
import type { Schema } from '../../api/types';

export const acceptInvitation = (body: Schema<'AcceptInvitation'>) =>
  answer(api.POST('/api/invitations/accept', { body }));
export const askReset = (email: string) => answer(api.POST('/api/auth/password-resets', { body: { email } }));
export const applyReset = (body: Schema<'UseReset'>) =>
  answer(api.POST('/api/auth/password-resets/use', { body }));
export const setUp = (body: Schema<'SetUpClient'>) => answer(api.POST('/api/setup', { body }));
