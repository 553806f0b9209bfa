import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowRightLeft, LogOut, UserRound } from 'lucide-react';
import { useState } from 'react';
import { asApiError } from '../api/client';
import { clientsQuery, enterClient } from '../api/session';
import { Menu, type MenuItem } from '../ui/menu';
import { toast } from '../ui/toast';
import { AccountButton } from './account-button';
import { announce } from './session';
import { useLogout } from './use-logout';

/** Who is logged in, in which company, and what he does with his login. */
export function AccountMenu() {
  const leave = useLogout();
  const navigate = useNavigate();
  const [near, setNear] = useState(false);
  const others = useOtherClients(near);
  const comesNear = () => setNear(true);
  const items: MenuItem[] = [
    // Above the rest: when they come late, nothing else moves.
    ...others,
    {
      id: 'profile',
      label: 'Your profile',
      icon: <UserRound aria-hidden />,
      run: () => navigate({ to: '/profile' }),
    },
    { id: 'logout', label: 'Log out', icon: <LogOut aria-hidden />, run: leave },
  ];
  const button = <AccountButton onPointerEnter={comesNear} onFocus={comesNear} />;
  return <Menu side="top" items={items} trigger={button} />;
}

/** The other companies of this login, to go to. */
function useOtherClients(wanted: boolean): MenuItem[] {
  const { data: clients = [] } = useQuery({ ...clientsQuery, enabled: wanted });
  const enter = useMutation({
    mutationFn: enterClient,
    onSuccess: ({ user }) => {
      announce({ user: user.id, client: user.client.id });
      // A fresh page: nothing that was read for one company is seen in another.
      location.assign('/');
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
