import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { makeQueryClient } from './query-client';
import { makeRouter } from './router';

// Nobody is told anything before the first paint.
const Toasts = lazy(() => import('../ui/toast').then((m) => ({ default: m.Toasts })));

/** Everything around the pages. */
export function App() {
  const [queryClient] = useState(makeQueryClient);
  const [router] = useState(() => makeRouter(queryClient));
  return (
    // The CSP allows no <style> elements; our own styles.css does what they did.
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Suspense>
          <Toasts />
        </Suspense>
      </QueryClientProvider>
    </CSPProvider>
  );
}
