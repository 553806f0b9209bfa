import { createFileRoute } from '@tanstack/react-router';
import { STATES, type State, tasksQuery } from '../../features/tasks/queries';
import { TasksView } from '../../features/tasks/tasks-view';
import { titles } from '../-titles';

interface Search {
  state?: State;
}

export const Route = createFileRoute('/_app/tasks')({
  staticData: { title: titles.tasks },
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
