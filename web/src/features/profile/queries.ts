import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { keys } from '../../api/keys';
import type { Schema } from '../../api/types';

export const sessionsQuery = queryOptions({
  queryKey: [...keys.me, 'sessions'],
  queryFn: ({ signal }) => answer(api.GET('/api/auth/sessions', { signal })).then((body) => body.sessions),
  // No event tells of logins elsewhere.
  staleTime: 0,
});

export const endSession = (id: string) =>
  answer(api.DELETE('/api/auth/sessions/{id}', { params: { path: { id } } }));
export const endAllSessions = () => answer(api.DELETE('/api/auth/sessions'));
export const changePassword = (body: Schema<'ChangePassword'>) =>
  answer(api.POST('/api/auth/password', { body }));

export function setAvailability(memberId: number, availability: Schema<'Availability'>) {
  return answer(
    api.PUT('/api/teams/members/{id}', { params: { path: { id: memberId } }, body: { availability } }),
  );
}
