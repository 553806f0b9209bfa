import { createFileRoute } from '@tanstack/react-router';
import { membersQuery } from '../../api/team';
import { rulesQuery } from '../../features/settings/queries';
import { RulesView } from '../../features/settings/rules-view';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/settings/rules')({
  staticData: { title: titles.rules },
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureQueryData(rulesQuery), queryClient.ensureQueryData(membersQuery)]),
  component: RulesView,
});
