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

/** Who a tab is, for the other tabs; null once logged out. */
export type Identity = { user: string; client: string } | null;

const CHANNEL = 'caly.session';

/** All tabs share one cookie: tells them whose it is now. */
export function announce(identity: Identity): void {
  if (typeof BroadcastChannel === 'undefined') return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(identity);
  channel.close();
}

/** Hears of logins in other tabs until the returned function is called. */
export function hearOthers(onChange: (identity: Identity) => void): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => {};
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<Identity>) => onChange(data);
  return () => channel.close();
}

function set(value: boolean): void {
  if (over === value) return;
  over = value;
  for (const tell of listeners) tell();
}
