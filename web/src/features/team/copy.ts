import type { Availability, MemberStatus } from './words';

const people = (n: number) => (n === 1 ? '1 person' : `${n} people`);
const days = (n: number) => `Last ${n} days`;

export const copy = {
  title: 'Team',
  memberTitle: 'Team member',
  note: (n: number) => `${people(n)} who look after agents and take over calls.`,
  search: 'Filter by name, e-mail or role',
  status: 'Standing',
  everybody: 'Everybody',
  shown: (n: number) => (n === 1 ? '1 member shown' : `${n} members shown`),
  empty: 'Nobody is here yet',
  emptyNote: 'Add the people who take over when a caller asks for a person.',
  head: {
    member: 'Member',
    role: 'Role',
    calls: 'Calls',
    success: 'Success',
    score: 'Score, all time',
  },
  thisWeek: 'this week',
  inAll: 'in all',
  noCalls: 'No calls yet',
  add: 'Add member',
  email: 'E-mail',
  role: 'Role',
  jobTitle: 'Job title',
  phone: 'Phone',
  team: 'Team',
  availability: 'Availability',
  availabilityNote: 'Away and offline get no new calls.',
  takesCalls: 'Takes calls',
  openLimit: 'Most open calls at once',
  edit: 'Edit',
  done: 'Done',
  more: (name: string) => `More for ${name}`,
  all: 'All members',
  info: 'Information',
  joined: 'Joined',
  standing: 'Standing',
  none: '–',
} as const;

export const roleHelp = {
  owner: 'Everything, secrets and API keys included.',
  manager: 'People, channels, rules and settings; no secrets.',
  supervisor: 'Sees the whole team and sets assignments.',
  agent: 'Sees own calls, tasks and figures.',
} as const;

export const links = {
  invite: 'New invitation link',
  revoke: 'Take the invitation back',
  reset: 'Password reset link',
  invitation: 'Invitation link',
  revokeTitle: (name: string) => `Take the invitation of ${name} back?`,
  revokeNote: (name: string) =>
    `The link stops working. ${name} stays on the list as invited; a new link can be made at any time.`,
  revoked: 'The invitation is taken back',
} as const;

export const standing = {
  deactivate: 'Deactivate',
  reactivate: 'Reactivate',
  title: (name: string) => `Deactivate ${name}?`,
  login: (name: string) => `${name} is logged out everywhere and gets no new calls.`,
  calls: (n: number) =>
    n === 0
      ? 'No call is in progress.'
      : `${n === 1 ? '1 call is' : `${n} calls are`} in progress; ${n === 1 ? 'it goes' : 'they go'} on to the end and still count.`,
  agents: (n: number) =>
    n === 0
      ? 'No agent is assigned.'
      : `${n === 1 ? '1 assigned agent loses this person' : `${n} assigned agents lose this person`} as owner until the return; proficiencies are kept.`,
  kept: 'Calls, figures and history are kept, and it can be undone.',
  gone: (name: string) => `${name} is deactivated`,
  back: (name: string) => `${name} is active again`,
  undo: 'Undo',
  banner: 'Deactivated: no login, no new calls. Everything is kept.',
  invited: 'Invited: the person joins by opening the invitation link.',
} as const;

export const figures = {
  performance: 'Performance',
  range: 'Range',
  zone: (zone: string) => `Days in ${zone} time`,
  ranges: { 7: '7 days', 30: '30 days', 90: '90 days' },
  period: days,
  score: 'Performance score',
  parts: { success: 'Success', satisfaction: 'Rating', speed: 'Speed' },
  weight: (percent: number) => `${percent}%`,
  noPart: { success: 'No outcome known', satisfaction: 'No ratings', speed: 'No successes' },
  speed: (percent: string) => `${percent} of expected`,
  shared: 'A part without data is left out; the others keep their proportion.',
  provisional: (known: number) => `Provisional, ${known} of 30`,
  interval: (low: number, high: number) => `90% sure between ${low} and ${high}`,
  estimate: (value: number) => `Estimate ${value}`,
  noCalls: 'No calls yet',
  noCallsNote: 'The score appears with the first call whose outcome is known.',
  trend: 'Success rate by day',
  noDay: 'No calls',
  noDayLegend: 'No calls that day',
  unknown: 'No outcome known yet',
  calls: 'Calls',
  week: 'This week',
  weekNote: 'Since Monday',
  handling: 'Average handling time',
  rescues: 'Taken over',
  resolved: (n: number) => `${n} resolved`,
  pickup: (seconds: string) => `picked up in ${seconds}`,
  noRescues: 'None from an agent',
  inAll: (n: string) => `${n} in all`,
  agents: 'By agent',
  agent: 'Agent',
  handled: 'Calls handled',
  success: 'Success rate',
  average: 'Average time',
  rating: 'Rating',
  noAgents: 'No agent yet',
  noAgentsNote: 'Agents appear here once they are assigned or a call was handled.',
  unassigned: 'Not assigned',
} as const;

export const assign = {
  title: 'Assigned agents',
  note: 'Proficiency decides who gets the call when two people are free.',
  add: 'Assign agent',
  empty: 'No agent is assigned',
  emptyNote: 'Without an agent this person owns no calls.',
  proficiency: (agent: string) => `Proficiency for ${agent}`,
  exact: (agent: string) => `Proficiency for ${agent}, exact`,
  remove: (agent: string) => `Remove ${agent}`,
  removed: (agent: string) => `${agent} removed`,
  undo: 'Undo',
  unsaved: 'Unsaved changes',
  save: 'Save changes',
  discard: 'Discard',
  saved: 'Assignments saved',
  fresh: 'New',
  figures: (calls: string, success: string) => `${calls} · ${success}`,
  average: (time: string) => `${time} avg`,
  pick: 'Assign an agent',
  pickNote: 'Added with proficiency 50; saved together with the other changes.',
  search: 'Search by name or sector',
  assignOne: 'Assign',
  allAssigned: 'Every agent is assigned',
  leaveTitle: 'Leave without saving?',
  leave: 'Leave',
  leaveNote: (name: string) => `The changed assignments of ${name} are not saved and would be lost.`,
  conflictTitle: 'Somebody else changed these assignments',
  conflictNote: 'They were saved after you began. Nothing of yours is lost; choose which version stays.',
  mine: 'Yours',
  theirs: 'Saved by somebody else',
  away: 'Not assigned',
  keepMine: 'Save mine',
  takeTheirs: 'Take theirs',
  goOn: 'Go on editing',
} as const;

export const availabilityName: Record<Availability, string> = {
  available: 'Available',
  busy: 'Busy',
  away: 'Away',
  offline: 'Offline',
};

export const statusName: Record<MemberStatus, string> = {
  active: 'Active',
  invited: 'Invited',
  inactive: 'Deactivated',
};
