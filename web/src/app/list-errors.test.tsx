import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { makeAgent, makeCall, makeMember } from '../testing/factories';
import { FakeProblem, type RouteKey, type Routes } from '../testing/fake-server';
import { renderApp } from '../testing/render-app';

const routes: Routes = {
  'GET /api/agents': { agents: [makeAgent()] },
  'GET /api/teams': { team_members: [makeMember()] },
  'GET /api/channels': { channels: [] },
  'GET /api/sector-config': { sectors: [] },
  'GET /api/tasks': { tasks: [] },
  'GET /api/calls': ({ query }) => ({ calls: query.get('live') ? [] : [makeCall()] }),
  'GET /api/audit': { entries: [] },
};

const REASON = 'The database is away; try again in a second.';

// Point 39: the cause, a way on, and the rest of the page alive.
it.each<[string, RouteKey, string]>([
  ['/calls', 'GET /api/calls', '+91 98•• ••217'],
  ['/tasks', 'GET /api/tasks', 'Nothing waits'],
  ['/team', 'GET /api/teams', 'Aarav Menon'],
  ['/agents', 'GET /api/agents', 'Tells a customer where an order is.'],
  ['/settings/audit', 'GET /api/audit', 'Nothing yet'],
  ['/live', 'GET /api/calls', 'No call is on'],
])('%s says why its list cannot be read, and reads it on request', async (path, key, then) => {
  let away = true;
  const good = routes[key];
  const { user } = renderApp(path, {
    ...routes,
    [key]: (asked: never) => {
      if (away) return new FakeProblem(503, { code: 'busy', detail: REASON });
      return typeof good === 'function' ? (good as (asked: never) => unknown)(asked) : good;
    },
  });
  const main = await screen.findByRole('main');
  expect(await within(main).findByText(REASON)).toBeVisible();
  expect(screen.getByRole('navigation', { name: 'Pages' })).toBeInTheDocument();
  expect(within(main).queryByText(then)).toBeNull();
  away = false;
  await user.click(within(main).getByRole('button', { name: 'Try again' }));
  expect(await within(main).findByText(then)).toBeVisible();
  expect(within(main).queryByText(REASON)).toBeNull();
});
