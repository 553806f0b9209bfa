import { createFileRoute, Link, redirect } from '@tanstack/react-router';
import { meQuery } from '../api/session';
import { Door } from '../app/door';
import { useEnter } from '../app/enter';
import { copy } from '../features/door/copy';
import { LoginForm } from '../features/door/login-form';
import { setupQuery } from '../features/door/queries';
import { titles } from './-titles';

export const Route = createFileRoute('/login')({
  staticData: { title: titles.login },
  validateSearch: (search): { next?: string } => ({ next: ownPath(search.next) }),
  beforeLoad: async ({ context, search }) => {
    // Who has a session does not need this page.
    const me = await context.queryClient.fetchQuery({ ...meQuery, retry: false }).catch(() => null);
    if (me) throw redirect({ href: search.next ?? '/', replace: true });
  },
  loader: async ({ context }) => {
    // Without a single company there is nobody who could log in.
    const state = await context.queryClient.fetchQuery(setupQuery).catch(() => undefined);
    if (state?.needed) throw redirect({ to: '/setup', replace: true });
  },
  component: LoginPage,
});

function LoginPage() {
  const { next } = Route.useSearch();
  const enter = useEnter();
  return (
    <Door
      title={copy.login.title}
      foot={
        <Link to="/reset" className="rounded-sm py-1 text-accent-text hover:underline">
          {copy.login.forgot}
        </Link>
      }
    >
      <LoginForm onDone={(user) => enter(user, next)} />
    </Door>
  );
}

/** Only paths of this app: a link to the login must not lead elsewhere after it. */
function ownPath(next: unknown): string | undefined {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : undefined;
}
