import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import { keys } from './keys';

/** All of them, those who are not offered any more as well. */
export const doctorsQuery = queryOptions({
  queryKey: keys.doctors,
  queryFn: ({ signal }) => answer(api.GET('/api/doctors', { signal })).then((body) => body.doctors),
});
