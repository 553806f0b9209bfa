import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { liveCallsQuery } from '../api/calls';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';

/** As many as the sidebar tells apart. */
const MOST = 200;

/** Tasks that nobody holds, for the number beside the page. */
const openTasksQuery = queryOptions({
  queryKey: [...keys.tasks, 'open'],
  queryFn: ({ signal }) =>
    answer(api.GET('/api/tasks', { params: { query: { state: 'open', limit: MOST } }, signal })).then(
      (body) => body.tasks.length,
    ),
});

export function useLiveCount(): number | undefined {
  return useQuery(liveCallsQuery).data?.length;
}

export function useOpenTasks(): number | undefined {
  return useQuery(openTasksQuery).data;
}

/** Asks what the sidebar shows on every page, and waits for nothing. */
export function askCounts(queryClient: QueryClient): void {
  void queryClient.prefetchQuery(liveCallsQuery);
  void queryClient.prefetchQuery(openTasksQuery);
}
