/** The roots of the query cache. The live stream refreshes by these, so every
 * feature's keys begin with one of them: `[...keys.calls, 'list', filter]`. */
export const keys = {
  me: ['me'],
  /** The newest event before anything on this page was read (a number). */
  since: ['since'],
  dashboard: ['dashboard'],
  summary: ['summary'],
  /** Lists of members. */
  members: ['members'],
  /** One member: `[...keys.member(3), 'performance', 30]` and alike below it. */
  member: (id: number) => ['member', id] as const,
  /** Lists of calls, `[...keys.calls, 'live']` among them. */
  calls: ['calls'],
  /** One call with its transcript (`CallDetail`). */
  call: (id: string) => ['call', id] as const,
  tasks: ['tasks'],
  channels: ['channels'],
  agents: ['agents'],
  doctors: ['doctors'],
  /** Below `calls`: bookings are made, moved and given up in calls, and no event
   * of their own tells of them. */
  appointments: ['calls', 'appointments'],
} as const;
