import { createFileRoute, lazyRouteComponent } from '@tanstack/react-router';
import { NotFound } from '../app/error-page';

/** Every part in every state, under `npm run dev` only: the build drops it. */
export const Route = createFileRoute('/_ui')({
  staticData: { title: 'Parts' },
  component: import.meta.env.DEV ? lazyRouteComponent(() => import('../app/ui-page'), 'UiPage') : NotFound,
});
