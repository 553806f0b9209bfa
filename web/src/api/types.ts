import type { components } from './schema';

/** The words of the API: `Schema<'Member'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

export type Agent = Schema<'Agent'>;
export type Assignment = Schema<'Assignment'>;
export type Band = Schema<'Band'>;
export type Call = Schema<'Call'>;
export type Appointment = Schema<'Appointment'>;
export type Dashboard = Schema<'Dashboard'>;
export type Doctor = Schema<'Doctor'>;
export type Event = Schema<'Event'>;
export type Member = Schema<'Member'>;
export type Role = Schema<'Role'>;
export type Sector = Schema<'Sector'>;
export type Task = Schema<'Task'>;
export type TeamSummary = Schema<'TeamSummary'>;
export type User = Schema<'User'>;
