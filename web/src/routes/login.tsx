import { useQueryClient } from '@tanstack/react-query';
import { createFileRoute, redirect, useRouter } from '@tanstack/react-router';
import { meQuery } from '../api/session';
import { Door } from '../app/door';
import { copy } from '../features/door/copy';
import { LoginForm } from '../features/door/login-form';

export const Route = createFileRoute('/login')({
  staticData: { title: copy.login.title },
  validateSearch: (search): { next?: string } => ({ next: ownPath(search.next) }),
  beforeLoad: async ({ context, search }) => {
    // Who has a session does not need this page.
    const me = await context.queryClient.fetchQuery({ ...meQuery, retry: false }).catch(() => null);
    if (me) throw redirect({ href: search.next ?? '/', replace: true });
  },
  component: LoginPage,
});

function LoginPage() {
  const { next } = Route.useSearch();
  const queryClient = useQueryClient();
  const router = useRouter();
  return (
    <Door title={copy.login.title}>
      <LoginForm
        onDone={(user) => {
          queryClient.clear();
          queryClient.setQueryData(meQuery.queryKey, user);
          router.history.push(next ?? '/');
        }}
      />
    </Door>
  );
}

/** Only paths of this app: a link to the login must not lead elsewhere after it. */
function ownPath(next: unknown): string | undefined {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : undefined;
}
