import type { LinkProps } from '@tanstack/react-router';
import { Bot, type LucideIcon } from 'lucide-react';
import type { Role } from '../api/types';

export interface NavItem {
  to: NonNullable<LinkProps['to']>;
  label: string;
  icon: LucideIcon;
  /** Single keys that go there, such as `g t`. */
  keys?: string;
  /** Who sees it; everybody when left out. */
  who?: (role: Role) => boolean;
  /** A number beside it, such as calls in progress; a hook. */
  useCount?: () => number | undefined;
  /** What the number is, for ears: "3 calls in progress". */
  countLabel?: (count: number) => string;
}

/** The sidebar and the palette's pages. One line for each page that exists. */
export const NAV: readonly NavItem[] = [{ to: '/agents', label: 'AI agents', icon: Bot, keys: 'g a' }];
