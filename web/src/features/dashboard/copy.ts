import { calledName, weekday } from '../../lib/format';

export const copy = {
  title: 'Overview',
  greeting: (hour: number, name: string) => {
    const part = hour < 12 ? 'morning' : hour < 17 ? 'afternoon' : 'evening';
    return `Good ${part}, ${calledName(name)}`;
  },
  note: (day: string, zone: string) =>
    `Today so far, beside last ${weekday(day, 'long')} by this time. Days in ${zone} time.`,
  lastWeek: (day: string, value: string) => `${value} last ${weekday(day, 'long')}`,
  noneLastWeek: (day: string) => `None last ${weekday(day, 'long')}`,
  calls: 'Calls answered',
  alone: 'Resolved without a person',
  rating: 'Caller rating, of 5',
  rated: (ratings: number) => (ratings === 1 ? '1 rating' : `${ratings} ratings`),
  handling: 'Average handling time',
  byHour: 'Calls by hour',
  byHourNote: 'Calls that ended today, by the hour',
  agent: 'AI agent alone',
  person: 'A person was asked for',
  notYet: 'Not yet',
  team: 'Team',
  teamNote: 'Best scores first',
  manage: 'Manage team',
  noTeam: 'Nobody takes calls yet',
  noTeamNote: 'Add a member to see scores here.',
  progress: 'In progress',
  console: 'Open live calls',
  noCalls: 'No calls right now',
  noCallsNote: 'A new call shows up here within a second.',
  running: (calls: number) => (calls === 1 ? '1 call right now' : `${calls} calls right now`),
  unknown: 'Unknown number',
  attention: 'What needs attention',
  allDone: 'Everything is set up',
} as const;
