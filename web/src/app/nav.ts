import type { LinkProps } from '@tanstack/react-router';
import {
  Bot,
  Calendar,
  ChartNoAxesColumn,
  History,
  LayoutDashboard,
  ListChecks,
  type LucideIcon,
  Mic,
  Radio,
  Settings,
  Users,
} from 'lucide-react';
import { CLINIC } from '../api/sectors';
import { may } from '../api/session';
import type { Role, Sector, User } from '../api/types';
import { useLiveCount, useOpenTasks } from './nav-counts';

export interface NavItem {
  to: NonNullable<LinkProps['to']>;
  label: string;
  icon: LucideIcon;
  /** Single keys that go there, such as `g t`. */
  keys?: string;
  /** Who sees it; everybody when left out. */
  who?: (role: Role) => boolean;
  /** Only companies of this sector have it. */
  sector?: Sector;
  /** A number beside it, such as calls in progress; a hook. */
  useCount?: () => number | undefined;
  /** What the number is, for ears: "3 calls in progress". */
  countLabel?: (count: number) => string;
}

/** The sidebar and the palette's pages, in this order: overview, live, calls,
 * a clinic's appointments, tasks, team, agents, settings. One line for each page that exists. */
export const NAV: readonly NavItem[] = [
  { to: '/', label: 'Overview', icon: LayoutDashboard, keys: 'g o', who: may.lead },
  {
    to: '/live',
    label: 'Live',
    icon: Radio,
    keys: 'g l',
    useCount: useLiveCount,
    countLabel: (n) => `${n} ${n === 1 ? 'call' : 'calls'} in progress`,
  },
  { to: '/calls', label: 'Calls', icon: History, keys: 'g c' },
  { to: '/appointments', label: 'Appointments', icon: Calendar, keys: 'g b', sector: CLINIC },
  {
    to: '/tasks',
    label: 'Tasks',
    icon: ListChecks,
    keys: 'g t',
    useCount: useOpenTasks,
    countLabel: (n) => `${n} open ${n === 1 ? 'task' : 'tasks'}`,
  },
  { to: '/team', label: 'Team', icon: Users, keys: 'g m', who: may.lead },
  // The same place for those who see only themselves.
  {
    to: '/team',
    label: 'My performance',
    icon: ChartNoAxesColumn,
    keys: 'g m',
    who: (role) => !may.lead(role),
  },
  { to: '/agents', label: 'AI agents', icon: Bot, keys: 'g a' },
  { to: '/try', label: 'Talk to an agent', icon: Mic, keys: 'g v', who: may.lead },
  { to: '/settings', label: 'Settings', icon: Settings, keys: 'g s', who: may.manage },
];

/** What somebody of a company sees of it. */
export function pagesOf({ role, client }: Pick<User, 'role' | 'client'>): NavItem[] {
  return NAV.filter(
    (item) => (item.who?.(role) ?? true) && (item.sector === undefined || item.sector === client.sector),
  );
}

/** Whether this build has the page and this person sees it; `/settings/phone`
 * belongs to `/settings`. */
export function hasPage(path: string, me: Pick<User, 'role' | 'client'>): boolean {
  return pagesOf(me).some((item) => {
    const to: string = item.to;
    return path === to || (to !== '/' && path.startsWith(`${to}/`));
  });
}
