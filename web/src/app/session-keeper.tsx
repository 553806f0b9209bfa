import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { meQuery, useMe } from '../api/session';
import type { User } from '../api/types';
import { LoginForm } from '../features/door/login-form';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { announce, hearOthers, listenForSessionEnd, sessionIsBack, useSessionOver } from './session';

/** Asks for the password above the page when the session is over: the page
 * stays as it is, with everything that was typed. */
export function SessionKeeper() {
  const me = useMe();
  const over = useSessionOver();
  const queryClient = useQueryClient();
  const router = useRouter();
  useEffect(listenForSessionEnd, []);
  useEffect(() =>
    hearOthers((now) => {
      // Another tab has another login: what is shown here is not his.
      if (now?.user !== me.id || now.client !== me.client.id) location.reload();
      else backAgain();
    }),
  );
  const backAgain = () => {
    sessionIsBack();
    queryClient.invalidateQueries();
    // A page that could not be loaded for lack of a session is loaded now.
    router.invalidate();
  };
  const done = (user: User) => {
    queryClient.setQueryData(meQuery.queryKey, user);
    announce({ user: user.id, client: user.client.id });
    backAgain();
  };
  return (
    <Dialog
      open={over}
      onClose={() => {}}
      dismissible={false}
      title="Your session is over"
      note="Log in again to go on; what you typed on this page is kept."
    >
      <LoginForm email={me.email} clientId={me.client.id} onDone={done}>
        <Button variant="ghost" wide onClick={() => location.assign('/login')}>
          Log in as somebody else
        </Button>
      </LoginForm>
    </Dialog>
  );
}
