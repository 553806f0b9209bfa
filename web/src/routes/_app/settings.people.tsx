import { createFileRoute } from '@tanstack/react-router';
import { membersQuery } from '../../api/team';
import { peopleCopy } from '../../features/settings/people-copy';
import { PeopleView } from '../../features/settings/people-view';
import { teamsQuery } from '../../features/settings/queries';

export const Route = createFileRoute('/_app/settings/people')({
  staticData: { title: peopleCopy.title },
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureQueryData(membersQuery), queryClient.ensureQueryData(teamsQuery)]),
  component: PeopleView,
});
