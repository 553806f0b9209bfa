import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError, answer, api, ifMatch } from '../../api/client';
import { keys } from '../../api/keys';
import { useMe } from '../../api/session';
import type { Member, Schema } from '../../api/types';
import type { Levels } from './assignment-draft';

export type Edit = Schema<'EditMember'>;

/** Writes a member that the server answered with into the cache, and has read
 * again what is made of it. */
function useKeepMember() {
  const queryClient = useQueryClient();
  const me = useMe();
  return (member: Member) => {
    queryClient.setQueryData(keys.member(member.id), member);
    // The performance below it names the assigned agents.
    queryClient.invalidateQueries({ queryKey: [...keys.member(member.id), 'performance'] });
    queryClient.invalidateQueries({ queryKey: keys.members });
    if (member.id === me.member_id) queryClient.invalidateQueries({ queryKey: keys.me });
  };
}

/** The member as somebody else saved it, when ours was made on an older one. */
export function staleMember(error: unknown): Member | undefined {
  if (!(error instanceof ApiError) || error.code !== 'stale') return undefined;
  return error.current as Member | undefined;
}

/** A refusal brings the member as it is now; the page shows it at once. */
function useKeepCurrent() {
  const queryClient = useQueryClient();
  return (error: unknown) => {
    const current = staleMember(error);
    if (current) queryClient.setQueryData(keys.member(current.id), current);
  };
}

export function useAddMember() {
  const keep = useKeepMember();
  return useMutation({
    mutationFn: (body: Schema<'AddMember'>) => answer(api.POST('/api/teams/members', { body })),
    onSuccess: keep,
  });
}

export function useEditMember(id: number) {
  const keep = useKeepMember();
  const keepCurrent = useKeepCurrent();
  return useMutation({
    mutationFn: ({ edit, rev }: { edit: Edit; rev: number }) =>
      answer(
        api.PUT('/api/teams/members/{id}', { params: { path: { id }, header: ifMatch(rev) }, body: edit }),
      ),
    onError: keepCurrent,
    onSuccess: keep,
  });
}

/** Shown at once and taken back when it is refused: it is reversible, and the
 * last word counts, whoever changed something else meanwhile. */
export function useSetAvailability(id: number) {
  const queryClient = useQueryClient();
  const keep = useKeepMember();
  return useMutation({
    mutationFn: (availability: Schema<'Availability'>) =>
      answer(api.PUT('/api/teams/members/{id}', { params: { path: { id } }, body: { availability } })),
    onMutate: (availability) => {
      const before = queryClient.getQueryData<Member>(keys.member(id));
      if (before) queryClient.setQueryData(keys.member(id), { ...before, availability });
      return before;
    },
    onError: (_error, _availability, before) => {
      if (before) queryClient.setQueryData(keys.member(id), before);
    },
    onSuccess: keep,
  });
}

export function useSetStatus(id: number) {
  const keep = useKeepMember();
  return useMutation({
    mutationFn: (status: Schema<'SettableStatus'>) =>
      answer(
        status === 'inactive'
          ? api.DELETE('/api/teams/members/{id}', { params: { path: { id } } })
          : api.PUT('/api/teams/members/{id}', { params: { path: { id } }, body: { status } }),
      ),
    onSuccess: keep,
  });
}

export function useAssign(id: number) {
  const keep = useKeepMember();
  const keepCurrent = useKeepCurrent();
  return useMutation({
    mutationFn: ({ levels, rev }: { levels: Levels; rev: number }) =>
      answer(
        api.PUT('/api/teams/members/{id}/agents', {
          params: { path: { id }, header: ifMatch(rev) },
          body: {
            assignments: [...levels].map(([agent_id, proficiency_level]) => ({
              agent_id,
              proficiency_level,
            })),
          },
        }),
      ),
    onError: keepCurrent,
    onSuccess: keep,
  });
}

export type LinkKind = 'invitation' | 'reset';

export function makeLink(id: number, kind: LinkKind) {
  const params = { path: { id } };
  return answer(
    kind === 'invitation'
      ? api.POST('/api/teams/members/{id}/invitation', { params })
      : api.POST('/api/teams/members/{id}/password-reset', { params }),
  );
}

export function revokeInvitation(id: number) {
  return answer(api.DELETE('/api/teams/members/{id}/invitation', { params: { path: { id } } }));
}
