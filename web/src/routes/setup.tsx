import { createFileRoute, Link, useLocation } from '@tanstack/react-router';
import { Door } from '../app/door';
import { useEnter } from '../app/enter';
import { copy } from '../features/door/copy';
import { linkToken } from '../features/door/link-token';
import { setupQuery } from '../features/door/queries';
import { SetupForm } from '../features/door/setup-form';
import { buttonClass } from '../ui/button';
import { titles } from './-titles';

export const Route = createFileRoute('/setup')({
  staticData: { title: titles.setup },
  loader: ({ context }) => context.queryClient.fetchQuery(setupQuery),
  component: SetupPage,
});

function SetupPage() {
  const { needed } = Route.useLoaderData();
  const token = linkToken(useLocation({ select: (location) => location.hash }));
  const enter = useEnter();
  // A link can add a company to a Caly that has one: the token decides.
  if (token) {
    return (
      <Door title={copy.setup.title} note={copy.setup.note}>
        <SetupForm token={token} onDone={(user) => enter(user, '/onboarding')} />
      </Door>
    );
  }
  if (needed) return <Door title={copy.setup.title}>{copy.setup.linkOnConsole}</Door>;
  return (
    <Door title={copy.setup.done} note={copy.setup.doneNote}>
      <Link to="/login" className={buttonClass({ variant: 'primary', size: 'lg', wide: true })}>
        {copy.login.go}
      </Link>
    </Door>
  );
}
