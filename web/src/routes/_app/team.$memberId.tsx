import { createFileRoute, notFound } from '@tanstack/react-router';
import { agentsQuery } from '../../api/agents';
import { MemberView } from '../../features/team/member-view';
import { MemberPending } from '../../features/team/pending';
import { FIRST_RANGE, memberQuery, performanceQuery, RANGES, type Range } from '../../features/team/queries';
import { titles } from '../-titles';

interface Search {
  days?: Range;
}

export const Route = createFileRoute('/_app/team/$memberId')({
  staticData: { title: titles.member },
  validateSearch: checked,
  // The range is no part of what is loaded before the page: with another one the
  // page stays, and so does what was changed on it.
  loader: ({ context: { queryClient }, params, location }) => {
    const id = Number(params.memberId);
    if (!Number.isSafeInteger(id) || id < 1) throw notFound();
    const { days } = checked(location.search);
    // The names of agents that are not assigned come when they are needed.
    queryClient.prefetchQuery(agentsQuery);
    return Promise.all([
      queryClient.ensureQueryData(memberQuery(id)),
      queryClient.ensureQueryData(performanceQuery(id, days ?? FIRST_RANGE)),
    ]);
  },
  pendingComponent: MemberPending,
  component: MemberPage,
});

function checked(search: { days?: unknown }): Search {
  return { days: RANGES.find((range) => range === Number(search.days) && range !== FIRST_RANGE) };
}

function MemberPage() {
  const { memberId } = Route.useParams();
  const { days } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <MemberView
      // Another person begins anew: drafts and dialogs are about one of them.
      key={memberId}
      id={Number(memberId)}
      days={days ?? FIRST_RANGE}
      onDays={(next) =>
        navigate({ search: { days: next === FIRST_RANGE ? undefined : next }, resetScroll: false })
      }
    />
  );
}
