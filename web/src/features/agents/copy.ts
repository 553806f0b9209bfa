export const copy = {
  title: 'AI agents',
  note: (agents: number) =>
    `${agents} agents answer calls. People look after them and take over when one asks.`,
  search: 'Find by name, sector or what it handles',
  own: 'Your sector',
  sector: 'Sector',
  allSectors: 'All sectors',
  expected: 'A good call takes',
  resolves: 'Handles',
  escalates: 'Asks for a person when',
  assigned: 'Looked after by',
  nobody: 'Nobody yet',
  calls: 'Calls of assigned members',
  success: 'Success',
  count: (shown: number) => (shown === 1 ? '1 agent' : `${shown} agents`),
} as const;
