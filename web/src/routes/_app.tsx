import { createFileRoute, redirect } from '@tanstack/react-router';
import { ApiError } from '../api/client';
import { meQuery } from '../api/session';
import { askCounts } from '../app/nav-counts';
import { Shell } from '../app/shell';

/** Everything that needs somebody to be logged in. */
export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    try {
      return { me: await context.queryClient.ensureQueryData(meQuery) };
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
      throw redirect({ to: '/login', search: { next: location.href === '/' ? undefined : location.href } });
    }
  },
  // The sidebar's numbers come beside the page's own answers, not after them.
  loader: ({ context: { queryClient } }) => askCounts(queryClient),
  component: Shell,
});
