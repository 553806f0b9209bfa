import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import { keys } from './keys';

/** The ways in; for those who lead. */
export const channelsQuery = queryOptions({
  queryKey: keys.channels,
  queryFn: ({ signal }) => answer(api.GET('/api/channels', { signal })).then((body) => body.channels),
});

/** While a number waits for its first request it is looked at this often: no
 * event tells of a request that has not become a call, as of an echo test. */
const WAITING_MS = 4_000;

/** What the carrier sent last, by applet. Below `calls`, since a call that
 * begins is a request that came. */
export const requestsQuery = (id: number) =>
  queryOptions({
    queryKey: [...keys.calls, 'requests', id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/channels/{id}/requests', { params: { path: { id } }, signal })),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.applets.some((light) => light.last_at) ? false : WAITING_MS),
  });
