import { infiniteQueryOptions } from '@tanstack/react-query';
import { answer, api, ifMatch } from '../../api/client';
import { keys } from '../../api/keys';
import type { Schema } from '../../api/types';
import type { CallSearch } from './filter';
import { toQuery } from './filter-query';

const PAGE = 100;

export const callsQuery = (search: CallSearch, zone: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.calls, 'list', search, zone],
    queryFn: ({ signal, pageParam }) =>
      answer(
        api.GET('/api/calls', {
          params: { query: { ...toQuery(search, zone), limit: PAGE, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Another outcome for a call that has one. */
export function correct(id: string, rev: number, body: Schema<'CorrectOutcome'>) {
  return answer(api.PUT('/api/calls/{id}/outcome', { params: { path: { id }, header: ifMatch(rev) }, body }));
}

/** What whoever took the call over says of it. */
export function dispose(id: string, rev: number, resolved: boolean) {
  return answer(
    api.POST('/api/calls/{id}/disposition', {
      params: { path: { id }, header: ifMatch(rev) },
      body: { resolved },
    }),
  );
}
