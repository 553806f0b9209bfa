import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { asApiError } from '../api/client';
import { logout, roleName, useMe } from '../api/session';
import { Avatar } from '../ui/avatar';
import { Menu, type MenuItem } from '../ui/menu';
import { toast } from '../ui/toast';

/** Who is logged in, in which company, and what he does with his login. */
export function AccountMenu() {
  const me = useMe();
  const leave = useLogout();
  const items: MenuItem[] = [{ id: 'logout', label: 'Log out', icon: <LogOut aria-hidden />, run: leave }];
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

/** Ends the session and forgets everything that was read with it. */
export function useLogout(): () => void {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return async () => {
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
    await navigate({ to: '/login' });
    queryClient.clear();
  };
}
