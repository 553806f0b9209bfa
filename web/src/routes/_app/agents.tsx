import { createFileRoute } from '@tanstack/react-router';
import { agentsQuery } from '../../api/agents';
import { SECTORS, sectorsQuery } from '../../api/sectors';
import { membersQuery } from '../../api/team';
import type { Sector } from '../../api/types';
import { AgentsView } from '../../features/agents/agents-view';
import { pagePending } from '../../ui/pending';
import { titles } from '../-titles';

interface Search {
  q?: string;
  sector?: Sector;
}

export const Route = createFileRoute('/_app/agents')({
  staticData: { title: titles.agents },
  validateSearch: (search): Search => ({
    q: typeof search.q === 'string' && search.q !== '' ? search.q : undefined,
    sector: SECTORS.find((sector) => sector === search.sector),
  }),
  // Every query of the page begins at once; none waits for another.
  loader: ({ context: { queryClient } }) =>
    Promise.all([
      queryClient.ensureQueryData(agentsQuery),
      queryClient.ensureQueryData(membersQuery),
      queryClient.ensureQueryData(sectorsQuery),
    ]),
  pendingComponent: pagePending(titles.agents),
  component: AgentsPage,
});

function AgentsPage() {
  const { q, sector } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <AgentsView
      words={q ?? ''}
      sector={sector ?? 'all'}
      onFilter={(filter) =>
        navigate({
          search: {
            q: filter.words || undefined,
            sector: filter.sector === 'all' ? undefined : filter.sector,
          },
          // Typing must not fill the history, nor move the page.
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}
