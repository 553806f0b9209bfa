import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import { meQuery } from '../api/session';
import type { User } from '../api/types';
import { announce } from './session';

/** Goes in with a fresh session: nothing of an earlier one is kept. */
export function useEnter(): (user: User, to?: string) => void {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useCallback(
    (user, to = '/') => {
      queryClient.clear();
      queryClient.setQueryData(meQuery.queryKey, user);
      announce({ user: user.id, client: user.client.id });
      router.history.replace(to);
    },
    [queryClient, router],
  );
}
