import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import { keys } from './keys';

/** The newest calls, for the palette. */
export const recentCallsQuery = queryOptions({
  queryKey: [...keys.calls, 'recent'],
  queryFn: ({ signal }) =>
    answer(api.GET('/api/calls', { params: { query: { limit: 20 } }, signal })).then((body) => body.calls),
});

/** Calls that are on at this moment. */
export const liveCallsQuery = queryOptions({
  queryKey: [...keys.calls, 'live'],
  queryFn: ({ signal }) =>
    answer(api.GET('/api/calls', { params: { query: { live: true, limit: 200 } }, signal })).then(
      (body) => body.calls,
    ),
});

/** How often a recording is asked for that the carrier has not handed out. */
const RECORDING_MS = 15_000;
/** How often a call that was just placed is looked for, ms. */
const PLACED_MS = 1_000;

/** The call that the carrier knows by this id: null until it rings. */
export const placedCallQuery = (carrierId: string) =>
  queryOptions({
    queryKey: [...keys.calls, 'placed', carrierId],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/calls', { params: { query: { limit: 50 } }, signal })).then(
        ({ calls }) => calls.find((call) => call.carrier_call_id === carrierId) ?? null,
      ),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data ? false : PLACED_MS),
  });

/** One call with everything that was kept of it; the stream adds its turns. */
export const callQuery = (id: string) =>
  queryOptions({
    queryKey: keys.call(id),
    queryFn: ({ signal }) => answer(api.GET('/api/calls/{id}', { params: { path: { id } }, signal })),
    // No event says that it has come.
    refetchInterval: ({ state }) =>
      state.data?.recordings.some((one) => one.state === 'pending') ? RECORDING_MS : false,
  });
