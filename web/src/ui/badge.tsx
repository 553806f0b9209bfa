import type { ReactNode } from 'react';
import { cn } from '../lib/cn';
import type { Tone } from '../lib/score';

const TONES: Record<Tone, string> = {
  neutral: 'bg-sunken text-ink-2',
  accent: 'bg-accent-soft text-accent-text',
  good: 'bg-good-soft text-good-text',
  fine: 'bg-fine-soft text-fine-text',
  fair: 'bg-fair-soft text-fair-text',
  poor: 'bg-poor-soft text-poor-text',
};

const DOTS: Record<Tone, string> = {
  neutral: 'bg-control',
  accent: 'bg-accent',
  good: 'bg-good',
  fine: 'bg-fine',
  fair: 'bg-fair',
  poor: 'bg-poor',
};

interface Props {
  tone?: Tone;
  dot?: boolean;
  children: ReactNode;
}

export function Badge({ tone = 'neutral', dot = false, children }: Props) {
  return (
    <span
      className={cn(
        'tabular inline-flex max-w-full items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-medium',
        TONES[tone],
      )}
    >
      {dot && <Dot tone={tone} />}
      <span className="truncate">{children}</span>
    </span>
  );
}

export function Dot({ tone = 'neutral' }: { tone?: Tone }) {
  return <span aria-hidden className={cn('inline-block size-2 shrink-0 rounded-full', DOTS[tone])} />;
}

/** A key as it stands on the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded-sm border border-line bg-surface px-1.5 font-sans text-xs text-ink-3">
      {children}
    </kbd>
  );
}
