import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { cn } from '../lib/cn';

interface Props {
  /** A path, such as `/team/3`. Features know each other's paths, never each
   * other's code, so it is text here; point 8's browser test follows them. */
  to: string;
  children: ReactNode;
  /** `row` leaves the look to what is inside; `cover` as well, and the whole of
   * the positioned box around it can be pressed. */
  look?: keyof typeof LOOKS;
}

const LOOKS = {
  accent: 'text-sm font-semibold text-accent-text hover:underline pointer-coarse:py-3',
  row: 'block -outline-offset-2 hover:bg-hover',
  cover: 'block after:absolute after:inset-0',
} as const;

export function TextLink({ to, children, look = 'accent' }: Props) {
  return (
    <Link to={to as LinkProps['to']} className={cn('rounded-sm', LOOKS[look])}>
      {children}
    </Link>
  );
}
