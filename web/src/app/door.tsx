import type { ReactNode } from 'react';
import { Logo } from './logo';

interface Props {
  title: string;
  note?: ReactNode;
  children: ReactNode;
  /** Below the box. */
  foot?: ReactNode;
}

/** The pages before the login: one narrow box. */
export function Door({ title, note, children, foot }: Props) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-95">
        <div className="mb-8 flex justify-center">
          <Logo />
        </div>
        <div className="rounded-lg border border-line bg-surface px-6 py-7 shadow-lift sm:px-8">
          <h1 tabIndex={-1} className="text-xl font-semibold tracking-tight">
            {title}
          </h1>
          {note && <div className="mt-1 text-base text-ink-3">{note}</div>}
          <div className="mt-6">{children}</div>
        </div>
        {foot && <div className="mt-4 text-center text-sm text-ink-3">{foot}</div>}
      </div>
    </main>
  );
}
