import { createFileRoute } from '@tanstack/react-router';
import { membersQuery } from '../../api/team';
import { rulesQuery } from '../../features/settings/queries';
import { rulesCopy } from '../../features/settings/rules-copy';
import { RulesView } from '../../features/settings/rules-view';

export const Route = createFileRoute('/_app/settings/rules')({
  staticData: { title: rulesCopy.title },
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureQueryData(rulesQuery), queryClient.ensureQueryData(membersQuery)]),
  component: RulesView,
});
