import type { ReactNode } from 'react';
import { cn } from '../lib/cn';

interface Props {
  /** A heading makes it a region with a name. */
  title?: ReactNode;
  note?: ReactNode;
  /** To the right of the title. */
  action?: ReactNode;
  /** `flush` leaves the padding to rows that reach the edges. */
  body?: 'padded' | 'flush';
  children?: ReactNode;
  id?: string;
}

export function Card({ title, note, action, body = 'padded', children, id }: Props) {
  return (
    // Clipped, not hidden: a bar inside can stick to the window's edge.
    <section id={id} className="min-w-0 overflow-clip rounded-lg border border-line bg-surface shadow-lift">
      {(title || action) && (
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 pt-4 pb-3">
          <div className="min-w-0">
            {title && <h2 className="text-base font-semibold text-ink">{title}</h2>}
            {note && <p className="mt-0.5 text-sm text-ink-3">{note}</p>}
          </div>
          {action}
        </header>
      )}
      <div className={cn(body === 'padded' && 'px-5 pb-5', body === 'padded' && !title && !action && 'pt-5')}>
        {children}
      </div>
    </section>
  );
}

/** Figures side by side with hairlines between them; two in a row on a phone. */
export function StatStrip({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line shadow-lift lg:grid-flow-col lg:auto-cols-fr lg:grid-cols-none">
      {children}
    </dl>
  );
}

interface StatProps {
  label: string;
  value: ReactNode;
  /** Beside the value: how it moved. */
  delta?: ReactNode;
  /** Below: period, unit, base of comparison. */
  note?: ReactNode;
}

export function Stat({ label, value, delta, note }: StatProps) {
  return (
    <div className="min-w-0 bg-surface px-5 py-4">
      <dt className="text-sm text-ink-3">{label}</dt>
      <dd>
        <span className="mt-1 flex flex-wrap items-baseline gap-x-2.5">
          <span className="tabular text-2xl font-semibold tracking-tight text-ink">{value}</span>
          {delta}
        </span>
        {note && <span className="mt-0.5 block text-xs text-ink-3">{note}</span>}
      </dd>
    </div>
  );
}
