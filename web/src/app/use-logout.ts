import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { asApiError } from '../api/client';
import { logout } from '../api/session';
import { announce } from './session';

/** Ends the session and forgets everything that was read with it. */
export function useLogout(): () => void {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useCallback(async () => {
    try {
      await logout();
    } catch (error) {
      // A session that is over is what was wanted.
      const problem = asApiError(error);
      if (problem.status !== 401) {
        const { toast } = await import('../ui/toast');
        toast({ title: 'Not logged out', description: problem.message });
        return;
      }
    }
    announce(null);
    await navigate({ to: '/login' });
    queryClient.clear();
  }, [queryClient, navigate]);
}
