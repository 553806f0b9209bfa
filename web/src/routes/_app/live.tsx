import { createFileRoute } from '@tanstack/react-router';
import { liveCallsQuery } from '../../api/calls';
import { copy } from '../../features/calls/copy';
import { LiveView } from '../../features/calls/live-view';

interface Search {
  call?: string;
}

export const Route = createFileRoute('/_app/live')({
  staticData: { title: copy.liveTitle },
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
