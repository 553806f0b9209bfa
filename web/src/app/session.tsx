import { useSyncExternalStore } from 'react';

// Whether the server said that the session is over. It is no server state, so
// it does not live in the query cache; pages stay mounted with what was typed.
let over = false;
let muted = true;
const listeners = new Set<() => void>();

export function tellSessionOver(): void {
  if (!muted) set(true);
}

export function sessionIsBack(): void {
  set(false);
}

/** Pages without a login expect refusals; `_app` listens while it is shown. */
export function listenForSessionEnd(): () => void {
  muted = false;
  return () => {
    muted = true;
    set(false);
  };
}

export function useSessionOver(): boolean {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => over,
  );
}

function set(value: boolean): void {
  if (over === value) return;
  over = value;
  for (const tell of listeners) tell();
}
