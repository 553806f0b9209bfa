import { createFileRoute, redirect } from '@tanstack/react-router';
import { dashboardQuery } from '../../api/dashboard';
import { may, useMe } from '../../api/session';
import { hasPage } from '../../app/nav';
import { Overview } from '../../features/dashboard/overview';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/')({
  staticData: { title: titles.overview },
  beforeLoad: ({ context: { me } }) => {
    // The day of the whole company is for those who lead; a member begins with
    // his own figures.
    if (may.lead(me.role)) return;
    throw redirect({ href: hasPage('/team', me) ? `/team/${me.member_id}` : '/agents', replace: true });
  },
  // The cards read the rest by themselves, so that one of them can fail alone.
  loader: ({ context }) => context.queryClient.ensureQueryData(dashboardQuery),
  component: OverviewPage,
});

function OverviewPage() {
  const me = useMe();
  return <Overview has={(path) => hasPage(path, me)} />;
}
