import { useSuspenseQuery } from '@tanstack/react-query';
import { createFileRoute, type ErrorComponentProps, useLocation } from '@tanstack/react-router';
import { asApiError } from '../api/client';
import { roleName } from '../api/session';
import { Door } from '../app/door';
import { useEnter } from '../app/enter';
import { copy } from '../features/door/copy';
import { JoinForm } from '../features/door/join-form';
import { linkToken } from '../features/door/link-token';
import { invitationQuery } from '../features/door/queries';

export const Route = createFileRoute('/join')({
  staticData: { title: 'Invitation' },
  loader: ({ context, location }) => {
    const token = linkToken(location.hash);
    return token ? context.queryClient.ensureQueryData(invitationQuery(token)) : null;
  },
  component: JoinPage,
  errorComponent: LinkOver,
});

function JoinPage() {
  const token = linkToken(useLocation({ select: (location) => location.hash }));
  if (!token) return <Door title={copy.link.missing}>{copy.link.missingNote}</Door>;
  return <Invited token={token} />;
}

function Invited({ token }: { token: string }) {
  const { data: invitation } = useSuspenseQuery(invitationQuery(token));
  const enter = useEnter();
  return (
    <Door
      title={copy.join.title(invitation.client_name)}
      note={copy.join.note(invitation.email, roleName(invitation.role))}
    >
      <JoinForm token={token} invitation={invitation} onDone={(user) => enter(user)} />
    </Door>
  );
}

function LinkOver({ error }: ErrorComponentProps) {
  return <Door title={copy.link.over}>{asApiError(error).message}</Door>;
}
