import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import { keys } from './keys';

/** The day so far; for those who lead. */
export const dashboardQuery = queryOptions({
  queryKey: keys.dashboard,
  queryFn: ({ signal }) => answer(api.GET('/api/dashboard', { signal })),
});

/** The team at a glance; for those who lead. */
export const summaryQuery = queryOptions({
  queryKey: keys.summary,
  queryFn: ({ signal }) => answer(api.GET('/api/teams/summary', { signal })),
});

/** How many jobs were given up; for those who manage. */
export const parkedJobsQuery = queryOptions({
  queryKey: [...keys.dashboard, 'parked'],
  queryFn: ({ signal }) => answer(api.GET('/api/jobs', { signal })).then((body) => body.jobs.length),
});
