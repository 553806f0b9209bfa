import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { keys } from '../../api/keys';

export const RANGES = [7, 30, 90] as const;
export type Range = (typeof RANGES)[number];
export const FIRST_RANGE: Range = 7;

export const memberQuery = (id: number) =>
  queryOptions({
    queryKey: keys.member(id),
    queryFn: ({ signal }) => answer(api.GET('/api/teams/members/{id}', { params: { path: { id } }, signal })),
  });

export const performanceQuery = (id: number, days: Range) =>
  queryOptions({
    queryKey: [...keys.member(id), 'performance', days],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/teams/members/{id}/performance', { params: { path: { id }, query: { days } }, signal }),
      ),
  });

/** The groups that channels route to. */
export const teamsQuery = queryOptions({
  queryKey: [...keys.members, 'teams'],
  queryFn: ({ signal }) => answer(api.GET('/api/teams/all', { signal })).then((body) => body.teams),
});
