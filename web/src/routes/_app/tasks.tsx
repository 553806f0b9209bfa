import { createFileRoute } from '@tanstack/react-router';
import { copy } from '../../features/tasks/copy';
import { STATES, type State, tasksQuery } from '../../features/tasks/queries';
import { TasksView } from '../../features/tasks/tasks-view';

interface Search {
  state?: State;
}

export const Route = createFileRoute('/_app/tasks')({
  staticData: { title: copy.title },
  validateSearch: (search): Search => ({
    state: STATES.find((state) => state === search.state && state !== 'open'),
  }),
  loaderDeps: ({ search: { state } }) => ({ state: state ?? 'open' }),
  loader: ({ context: { queryClient }, deps: { state } }) => {
    // The list says itself how it is getting on.
    queryClient.prefetchInfiniteQuery(tasksQuery(state));
  },
  component: TasksPage,
});

function TasksPage() {
  const { state } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <TasksView
      state={state ?? 'open'}
      onState={(next) =>
        navigate({ search: { state: next === 'open' ? undefined : next }, resetScroll: false })
      }
    />
  );
}
