import { createFileRoute } from '@tanstack/react-router';
import { agentsQuery } from '../../api/agents';
import { channelsQuery } from '../../api/channels';
import { PhoneView } from '../../features/settings/phone-view';
import { teamsQuery } from '../../features/settings/queries';
import { pagePending } from '../../ui/pending';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/settings/phone')({
  staticData: { title: titles.phone },
  loader: ({ context: { queryClient } }) =>
    Promise.all([
      queryClient.ensureQueryData(channelsQuery),
      queryClient.ensureQueryData(agentsQuery),
      queryClient.ensureQueryData(teamsQuery),
    ]),
  pendingComponent: pagePending(titles.phone, { rows: 3, width: 'narrow' }),
  component: PhoneView,
});
