import { createFileRoute } from '@tanstack/react-router';
import { membersQuery } from '../../api/team';
import { PeopleView } from '../../features/settings/people-view';
import { teamsQuery } from '../../features/settings/queries';
import { pagePending } from '../../ui/pending';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/settings/people')({
  staticData: { title: titles.people },
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureQueryData(membersQuery), queryClient.ensureQueryData(teamsQuery)]),
  pendingComponent: pagePending(titles.people, { width: 'narrow' }),
  component: PeopleView,
});
