import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { keys } from '../../api/keys';
import type { Sector } from '../../api/types';

const settings = ['settings'] as const;

export const sectorQuery = (sector: Sector) =>
  queryOptions({
    queryKey: [...settings, 'sector', sector],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/sector-config/{sector}', { params: { path: { sector } }, signal })),
  });

export const rulesQuery = queryOptions({
  queryKey: [...settings, 'rules'],
  queryFn: ({ signal }) => answer(api.GET('/api/rules', { signal })),
});
export const teamsQuery = queryOptions({
  queryKey: [...keys.members, 'teams'],
  queryFn: ({ signal }) => answer(api.GET('/api/teams/all', { signal })).then((body) => body.teams),
});
export const apiKeysQuery = queryOptions({
  queryKey: [...settings, 'api-keys'],
  queryFn: ({ signal }) => answer(api.GET('/api/api-keys', { signal })).then((body) => body.api_keys),
});
export const auditQuery = infiniteQueryOptions({
  queryKey: [...settings, 'audit'],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET('/api/audit', { params: { query: { limit: 50, cursor: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.next_cursor ?? undefined,
  // No event tells of entries.
  staleTime: 0,
});

export const jobsQuery = queryOptions({
  queryKey: [...settings, 'jobs'],
  queryFn: ({ signal }) => answer(api.GET('/api/jobs', { signal })).then((body) => body.jobs),
});
