import { apiAs, CLINIC, OWNER } from './harness.mjs';

// Every page of the app, for axe and for screenshots. `as` is who looks: the
// shop's owner, the clinic's where only a clinic has the page, or nobody.
export const ROUTES = [
  { path: '/login', as: null },
  { path: '/reset', as: null },
  { path: '/setup', as: null },
  { path: '/join', as: null },
  { path: '/', as: 'owner' },
  { path: '/live', as: 'owner' },
  { path: '/calls', as: 'owner' },
  { path: '/calls?outcome=failed', as: 'owner', name: 'calls-no-match' },
  { path: '/calls/:newest', as: 'owner', name: 'call' },
  { path: '/tasks', as: 'owner' },
  { path: '/team', as: 'owner' },
  { path: '/team?q=zzz', as: 'owner', name: 'team-no-match' },
  { path: '/team/1', as: 'owner', name: 'member' },
  { path: '/team/8?days=90', as: 'owner', name: 'member-no-calls' },
  { path: '/agents', as: 'owner' },
  { path: '/agents?q=zzz', as: 'owner', name: 'agents-no-match' },
  { path: '/try', as: 'owner' },
  { path: '/onboarding', as: 'owner' },
  { path: '/onboarding?step=phone', as: 'owner', name: 'onboarding-phone' },
  { path: '/profile', as: 'owner' },
  { path: '/settings/company', as: 'owner' },
  { path: '/settings/sector', as: 'owner' },
  { path: '/settings/sector?sector=healthcare', as: 'owner', name: 'settings-sector-clinic' },
  { path: '/settings/phone', as: 'owner' },
  { path: '/settings/people', as: 'owner' },
  { path: '/settings/rules', as: 'owner' },
  { path: '/settings/keys', as: 'owner' },
  { path: '/settings/audit', as: 'owner' },
  { path: '/settings/jobs', as: 'owner' },
  { path: '/appointments', as: 'clinic' },
  { path: '/appointments?week=2020-01-06&doctor=2', as: 'clinic', name: 'appointments-none' },
  { path: '/settings/doctors', as: 'clinic' },
  { path: '/no-such-page', as: 'owner', name: 'not-found' },
];

const PEOPLE = { owner: OWNER, clinic: CLINIC };

/** The login of who looks at a route; null for nobody. */
export function lookerOf({ as }) {
  return as && PEOPLE[as];
}

/** The address of a route; a call's is one that an agent resolved. */
export async function pathOf(here, { path }) {
  if (!path.includes(':newest')) return path;
  const api = await apiAs(here.url, OWNER);
  const { calls } = await api('GET', '/api/calls?outcome=resolved_by_agent&limit=1');
  return path.replace(':newest', calls[0].id);
}

/** The name of a route's files. */
export function routeName({ path, name }) {
  return name ?? (path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'overview');
}
