import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client';
import { tellSessionOver } from './session';

/** Caught once, here: a session that is over asks for the password again above
 * the page. Every other error is shown where it belongs. */
function onError(error: unknown): void {
  if (error instanceof ApiError && error.sessionOver) tellSessionOver();
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // The live stream says what changed; nothing is polled while it is up.
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        // What the server refused it refuses again; what it did not answer is tried twice.
        retry: (failures, error) =>
          failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
        retryDelay: (failures) => 300 * 2 ** failures,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
