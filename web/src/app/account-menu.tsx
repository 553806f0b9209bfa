import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowRightLeft, LogOut, UserRound } from 'lucide-react';
import { useCallback } from 'react';
import { asApiError } from '../api/client';
import { clientsQuery, enterClient, logout, meQuery, roleName, useMe } from '../api/session';
import { Avatar } from '../ui/avatar';
import { Menu, type MenuItem } from '../ui/menu';
import { toast } from '../ui/toast';
import { announce } from './session';

/** Who is logged in, in which company, and what he does with his login. */
export function AccountMenu() {
  const me = useMe();
  const leave = useLogout();
  const navigate = useNavigate();
  const others = useOtherClients();
  const items: MenuItem[] = [
    {
      id: 'profile',
      label: 'Your profile',
      icon: <UserRound aria-hidden />,
      run: () => navigate({ to: '/profile' }),
    },
    ...others,
    { id: 'logout', label: 'Log out', icon: <LogOut aria-hidden />, run: leave },
  ];
  return (
    <Menu
      side="top"
      items={items}
      trigger={
        <button
          type="button"
          className="flex w-full items-center gap-2.5 rounded-sm px-2 py-1.5 text-left hover:bg-hover"
        >
          <Avatar name={me.name} size="sm" />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-base font-medium text-ink">{me.name}</span>
            <span className="block truncate text-xs text-ink-3">
              {me.client.name} · {roleName(me.role)}
            </span>
          </span>
        </button>
      }
    />
  );
}

/** The other companies of this login, to go to. */
function useOtherClients(): MenuItem[] {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { data: clients = [] } = useQuery(clientsQuery);
  const enter = useMutation({
    mutationFn: enterClient,
    onSuccess: async ({ user }) => {
      announce({ user: user.id, client: user.client.id });
      // Nothing that was read for one company may be seen in another.
      await navigate({ to: '/' });
      queryClient.clear();
      queryClient.setQueryData(meQuery.queryKey, user);
      location.reload();
    },
    onError: (error) => toast({ title: 'Not switched', description: asApiError(error).message }),
  });
  return clients
    .filter((client) => !client.current)
    .map((client) => ({
      id: client.id,
      label: `Go to ${client.name}`,
      icon: <ArrowRightLeft aria-hidden />,
      run: () => enter.mutate(client.id),
    }));
}

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
        toast({ title: 'Not logged out', description: problem.message });
        return;
      }
    }
    announce(null);
    await navigate({ to: '/login' });
    queryClient.clear();
  }, [queryClient, navigate]);
}
