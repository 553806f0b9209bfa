import { createFileRoute, redirect } from '@tanstack/react-router';
import { may } from '../../api/session';
import { membersQuery } from '../../api/team';
import { STATUSES, type StatusFilter } from '../../features/team/member-rows';
import { TeamPending } from '../../features/team/pending';
import { TeamView } from '../../features/team/team-view';
import { titles } from '../-titles';

interface Search {
  q?: string;
  status?: StatusFilter;
}

export const Route = createFileRoute('/_app/team/')({
  staticData: { title: titles.team },
  validateSearch: (search): Search => ({
    q: typeof search.q === 'string' && search.q !== '' ? search.q.slice(0, 200) : undefined,
    status: STATUSES.find((status) => status === search.status && status !== 'all'),
  }),
  beforeLoad: ({ context: { me } }) => {
    // Who leads nobody sees himself.
    if (may.lead(me.role)) return;
    throw redirect({
      to: '/team/$memberId',
      params: { memberId: String(me.member_id) },
      replace: true,
    });
  },
  loader: ({ context }) => context.queryClient.ensureQueryData(membersQuery),
  pendingComponent: TeamPending,
  component: TeamPage,
});

function TeamPage() {
  const { q, status } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <TeamView
      words={q ?? ''}
      status={status ?? 'all'}
      onFilter={(filter) =>
        navigate({
          search: {
            q: filter.words || undefined,
            status: filter.status === 'all' ? undefined : filter.status,
          },
          // Typing must not fill the history, nor move the page.
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}
