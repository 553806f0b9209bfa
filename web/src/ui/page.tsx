import type { ReactNode } from 'react';
import { cn } from '../lib/cn';

const WIDTHS = { narrow: 'max-w-180', wide: 'max-w-272', full: 'max-w-none' } as const;

interface Props {
  title: ReactNode;
  note?: ReactNode;
  /** To the right of the title: one primary button at most. */
  actions?: ReactNode;
  width?: keyof typeof WIDTHS;
  children: ReactNode;
}

/** One page: its only `h1`, which takes the focus on navigation, and its parts. */
export function Page({ title, note, actions, width = 'wide', children }: Props) {
  return (
    <div className={cn('mx-auto w-full px-4 py-6 sm:px-8 lg:py-8', WIDTHS[width])}>
      <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3 sm:flex-nowrap">
        <div className="min-w-0">
          <h1 tabIndex={-1} className="text-xl font-semibold tracking-tight text-ink">
            {title}
          </h1>
          {note && <div className="mt-1 text-base text-ink-3">{note}</div>}
        </div>
        {actions && <div className="flex shrink-0 flex-wrap gap-2">{actions}</div>}
      </header>
      <div className="flex flex-col gap-4">{children}</div>
    </div>
  );
}
