import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** A few words that keep somebody from a mistake, beside what they are about. */
export function Note({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-2 rounded-sm bg-fair-soft px-3 py-2 text-sm text-fair-text">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0">{children}</span>
    </p>
  );
}
