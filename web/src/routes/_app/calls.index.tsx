import { createFileRoute } from '@tanstack/react-router';
import { meQuery } from '../../api/session';
import { CallsView } from '../../features/calls/calls-view';
import { parseSearch } from '../../features/calls/filter';
import { callsQuery } from '../../features/calls/queries';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/calls/')({
  staticData: { title: titles.calls },
  validateSearch: parseSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, deps }) => {
    const { client } = await queryClient.ensureQueryData(meQuery);
    // The page says itself how its list is getting on.
    queryClient.prefetchInfiniteQuery(callsQuery(deps, client.zone));
  },
  component: CallsPage,
});

function CallsPage() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <CallsView
      search={search}
      onSearch={(next) => navigate({ search: parseSearch({ ...next }), replace: true, resetScroll: false })}
    />
  );
}
