/** What the tab is called. Beside the routes, which every page loads at once: the
 * rest of a feature's words comes with the feature. */
export const titles = {
  overview: 'Overview',
  live: 'Live',
  calls: 'Calls',
  call: 'Call',
  tasks: 'Tasks',
  team: 'Team',
  member: 'Member',
  agents: 'AI agents',
  profile: 'Your profile',
  talk: 'Talk to your agent',
  onboarding: 'Set up your calls',
  settings: 'Settings',
  company: 'Company',
  sector: 'Sector settings',
  phone: 'Phone numbers',
  people: 'People and teams',
  rules: 'Rules',
  keys: 'API keys',
  audit: 'Audit log',
  jobs: 'Given up',
} as const;
