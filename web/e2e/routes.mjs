// Every page of the app, for axe and for screenshots. `as` is who looks.
export const ROUTES = [
  { path: '/login', as: null },
  { path: '/reset', as: null },
  { path: '/setup', as: null },
  { path: '/join', as: null },
  { path: '/', as: 'owner' },
  { path: '/live', as: 'owner' },
  { path: '/calls', as: 'owner' },
  { path: '/calls?outcome=failed', as: 'owner', name: 'calls-no-match' },
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
  { path: '/no-such-page', as: 'owner', name: 'not-found' },
];

/** The name of a route's files. */
export function routeName({ path, name }) {
  return name ?? (path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'overview');
}
