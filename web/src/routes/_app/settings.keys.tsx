import { createFileRoute, redirect } from '@tanstack/react-router';
import { may } from '../../api/session';
import { membersQuery } from '../../api/team';
import { keysCopy } from '../../features/settings/keys-copy';
import { KeysView } from '../../features/settings/keys-view';
import { apiKeysQuery } from '../../features/settings/queries';

export const Route = createFileRoute('/_app/settings/keys')({
  staticData: { title: keysCopy.title },
  beforeLoad: ({ context: { me } }) => {
    if (!may.own(me.role)) throw redirect({ to: '/settings', replace: true });
  },
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureQueryData(apiKeysQuery), queryClient.ensureQueryData(membersQuery)]),
  component: KeysView,
});
