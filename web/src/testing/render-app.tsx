import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { makeQueryClient } from '../app/query-client';
import { makeRouter } from '../app/router';
import { Toasts } from '../ui/toast';
import { makeUser } from './factories';
import { fakeServer, type Routes, type Sent } from './fake-server';

interface Rendered {
  user: ReturnType<typeof userEvent.setup>;
  router: ReturnType<typeof makeRouter>;
  /** Every request, in order. */
  sent: Sent[];
}

/** The whole app at a path, against a server that answers `routes`; somebody is
 * logged in unless the routes say otherwise. */
export function renderApp(path: string, routes: Routes): Rendered {
  const sent = fakeServer({ 'GET /api/auth/me': makeUser(), ...routes });
  const queryClient = makeQueryClient();
  // A refusal in a test is meant; waiting for a second try only costs time.
  queryClient.setDefaultOptions({ queries: { ...queryClient.getDefaultOptions().queries, retry: false } });
  const router = makeRouter(queryClient, createMemoryHistory({ initialEntries: [path] }));
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
      <Toasts />
    </QueryClientProvider>,
  );
  return { user: userEvent.setup(), router, sent };
}
