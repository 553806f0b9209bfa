import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import { keys } from './keys';

/** The catalogue with what each agent did for this client. */
export const agentsQuery = queryOptions({
  queryKey: [...keys.agents, 'all'],
  queryFn: ({ signal }) =>
    answer(api.GET('/api/agents', { params: { query: { sector: 'all' } }, signal })).then(
      (body) => body.agents,
    ),
});
