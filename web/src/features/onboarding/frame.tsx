import type { ReactNode } from 'react';
import { cn } from '../../lib/cn';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { copy } from './copy';
import { canSkip, previous, STEPS, type Step } from './steps';

/** Where one is among the steps. */
export function Progress({ step }: { step: Step }) {
  const at = STEPS.indexOf(step);
  return (
    <div>
      <p className="sr-only" role="status">
        {copy.progress(at + 1, STEPS.length)}: {copy.steps[step]}
      </p>
      <ol aria-hidden className="flex gap-2">
        {STEPS.map((one, n) => (
          <li key={one} className="min-w-0 flex-1">
            <span className={cn('block h-1 rounded-full', n <= at ? 'bg-accent' : 'bg-track')} />
            <span
              className={cn(
                'mt-1.5 block truncate text-xs max-sm:hidden',
                n === at ? 'font-semibold text-ink' : 'text-ink-3',
              )}
            >
              {copy.steps[one]}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

interface Props {
  step: Step;
  title: string;
  note: string;
  onStep: (step: Step) => void;
  onNext: () => void;
  /** The step's own button; without one there is "Go on". */
  action?: ReactNode;
  children: ReactNode;
}

/** One step: what is asked, and the ways on. */
export function StepCard({ step, title, note, onStep, onNext, action, children }: Props) {
  const before = previous(step);
  return (
    <Card title={title} note={note}>
      <div className="flex flex-col gap-5 pt-2">
        {children}
        <div className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
          {action ?? (
            <Button variant="primary" onClick={onNext}>
              {copy.on}
            </Button>
          )}
          {canSkip(step) && action && <Button onClick={onNext}>{copy.skip}</Button>}
          {before && (
            <Button variant="ghost" onClick={() => onStep(before)}>
              {copy.back}
            </Button>
          )}
        </div>
      </div>
    </Card>
  );
}
