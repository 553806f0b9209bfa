import { createFileRoute } from '@tanstack/react-router';
import { agentsQuery } from '../../api/agents';
import { phoneCopy } from '../../features/settings/phone-copy';
import { PhoneView } from '../../features/settings/phone-view';
import { channelsQuery, teamsQuery } from '../../features/settings/queries';

export const Route = createFileRoute('/_app/settings/phone')({
  staticData: { title: phoneCopy.title },
  loader: ({ context: { queryClient } }) =>
    Promise.all([
      queryClient.ensureQueryData(channelsQuery),
      queryClient.ensureQueryData(agentsQuery),
      queryClient.ensureQueryData(teamsQuery),
    ]),
  component: PhoneView,
});
