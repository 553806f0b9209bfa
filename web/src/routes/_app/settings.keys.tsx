import { createFileRoute, redirect } from '@tanstack/react-router';
import { may } from '../../api/session';
import { membersQuery } from '../../api/team';
import { KeysView } from '../../features/settings/keys-view';
import { apiKeysQuery } from '../../features/settings/queries';
import { pagePending } from '../../ui/pending';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/settings/keys')({
  staticData: { title: titles.keys },
  beforeLoad: ({ context: { me } }) => {
    if (!may.own(me.role)) throw redirect({ to: '/settings', replace: true });
  },
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureQueryData(apiKeysQuery), queryClient.ensureQueryData(membersQuery)]),
  pendingComponent: pagePending(titles.keys, { rows: 3, width: 'narrow' }),
  component: KeysView,
});
