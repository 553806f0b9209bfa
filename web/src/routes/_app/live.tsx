import { createFileRoute } from '@tanstack/react-router';
import { liveCallsQuery } from '../../api/calls';
import { LiveView } from '../../features/calls/live-view';
import { titles } from '../-titles';

interface Search {
  call?: string;
}

export const Route = createFileRoute('/_app/live')({
  staticData: { title: titles.live },
  validateSearch: (search): Search => ({
    call: typeof search.call === 'string' && search.call !== '' ? search.call : undefined,
  }),
  loader: ({ context: { queryClient } }) => {
    queryClient.prefetchQuery(liveCallsQuery);
  },
  component: LivePage,
});

function LivePage() {
  const { call } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <LiveView
      chosen={call}
      onChoose={(id) => navigate({ search: { call: id }, replace: true, resetScroll: false })}
    />
  );
}
