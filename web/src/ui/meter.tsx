import { cn } from '../lib/cn';
import type { Tone } from '../lib/score';

const FILLS: Record<Tone, string> = {
  neutral: 'bg-ink-2',
  accent: 'bg-accent',
  good: 'bg-good',
  fine: 'bg-fine',
  fair: 'bg-fair',
  poor: 'bg-poor',
};

/** A bar for a part of 100; decoration, the number stands beside it. */
export function Meter({ value, tone = 'neutral' }: { value: number | null | undefined; tone?: Tone }) {
  return (
    <span aria-hidden className="block h-1.5 w-full overflow-hidden rounded-full bg-track">
      <span
        className={cn('block h-full rounded-full transition-[width] duration-250', FILLS[tone])}
        style={{ width: `${Math.min(100, Math.max(0, value ?? 0))}%` }}
      />
    </span>
  );
}
