import { useMatches, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

/** What a browser does on a full page load: the title changes and reading
 * starts at the heading. Only a new path counts, not filters in the URL. */
export function RouteAnnouncer() {
  const title = useMatches({
    select: (matches) => matches.findLast((m) => m.staticData.title)?.staticData.title,
  });
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    document.title = title ? `${title} · Caly` : 'Caly';
  }, [title]);
  useEffect(() => {
    if (before.current !== undefined && path !== undefined && before.current !== path) focusHeading();
    before.current = path;
  }, [path]);
  return null;
}

function focusHeading(): void {
  // A dialog or field that took the focus by itself keeps it.
  if (document.activeElement?.matches('input, textarea, [role="dialog"] *')) return;
  document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
}
