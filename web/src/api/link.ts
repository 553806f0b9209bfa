import { useSyncExternalStore } from 'react';
import type { Link } from './stream';

// The state of the connection is nothing that the server knows: a store of its own.
let link: Link = 'connecting';
const listeners = new Set<() => void>();

/** How this page hears of changes at the moment. */
export function useLink(): Link {
  return useSyncExternalStore(subscribe, linkNow);
}

export function linkNow(): Link {
  return link;
}

/** The shell's to say, which keeps the stream. */
export function setLink(next: Link): void {
  if (link === next) return;
  link = next;
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
