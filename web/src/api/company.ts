import { queryOptions } from '@tanstack/react-query';
import { answer, api, ifMatch } from './client';
import { keys } from './keys';
import type { Schema } from './types';

/** Below `me`: the zone and the language are known there as well. */
export const companyQuery = queryOptions({
  queryKey: [...keys.me, 'company'],
  queryFn: ({ signal }) => answer(api.GET('/api/company', { signal })),
});

export function saveCompany({ rev, ...body }: Schema<'PutCompany'> & { rev: number }) {
  return answer(api.PUT('/api/company', { body, params: { header: ifMatch(rev) } }));
}
