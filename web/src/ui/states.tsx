import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { asApiError } from '../api/client';
import { cn } from '../lib/cn';
import { Button } from './button';

interface EmptyProps {
  icon?: ReactNode;
  title: string;
  /** What it is for, and the next step. */
  children?: ReactNode;
  action?: ReactNode;
}

/** Nothing there yet, or nothing that fits a filter. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      {icon && (
        <span
          aria-hidden
          className="mb-3 flex size-10 items-center justify-center rounded-full bg-sunken text-ink-3 [&_svg]:size-5"
        >
          {icon}
        </span>
      )}
      <p className="text-base font-semibold text-ink">{title}</p>
      {children && <div className="mt-1 max-w-md text-sm text-ink-3">{children}</div>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}

/** A filter found nothing: says what was sought and clears it. */
export function NoMatch({ what, onClear }: { what: string; onClear: () => void }) {
  return (
    <Empty title={`Nothing matches ${what}`} action={<Button onClick={onClear}>Clear</Button>}>
      Try fewer or other words.
    </Empty>
  );
}

/** What went wrong and a second try; the rest of the page stays alive. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div role="alert">
      <Empty
        icon={<CircleAlert />}
        title="This could not be loaded"
        action={onRetry && <Button onClick={onRetry}>Try again</Button>}
      >
        {asApiError(error).message}
      </Empty>
    </div>
  );
}

/** A line beside a form's button: why it was refused. */
export function FormError({ children }: { children: ReactNode }) {
  if (!children) return null;
  return (
    <p role="alert" className="rounded-sm bg-poor-soft px-3 py-2 text-sm text-poor-text">
      {children}
    </p>
  );
}

const SHAPES = {
  line: 'h-4',
  title: 'h-6',
  row: 'h-13',
  block: 'h-40',
  ring: 'size-27 rounded-full',
} as const;

/** A shape of what comes; give it the width of the content. */
export function Skeleton({
  shape = 'line',
  width = 'w-full',
}: {
  shape?: keyof typeof SHAPES;
  width?: string;
}) {
  return <div aria-hidden className={cn('skeleton', SHAPES[shape], width)} />;
}

/** Rows of a list while it loads. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-2">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: shapes have no identity
        <Skeleton key={row} shape="row" />
      ))}
    </div>
  );
}
