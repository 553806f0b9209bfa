import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Command } from './commands';

const KEY = 'caly.shortcuts';
/** How long the second key of `g t` may take. */
const PAUSE_MS = 1_000;
const listeners = new Set<() => void>();

/** What the keys pressed so far mean: a command, the start of one, or nothing. */
export function match<C extends Pick<Command, 'keys'>>(
  pressed: string,
  commands: readonly C[],
): C | 'more' | undefined {
  const whole = commands.find((command) => command.keys === pressed);
  if (whole) return whole;
  return commands.some((command) => command.keys?.startsWith(`${pressed} `)) ? 'more' : undefined;
}

/** A single key means itself while somebody types, and walks inside lists,
 * menus, sliders and open dialogs. */
export function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  const taken =
    'input, textarea, select, [contenteditable=""], [contenteditable="true"], [role="listbox"], [role="menu"], [role="combobox"], [role="slider"], [role="dialog"], [role="alertdialog"]';
  return target.closest(taken) !== null;
}

/** Single-key shortcuts of the whole app, until somebody turns them off. */
export function useShortcuts(commands: readonly Command[]): void {
  const on = useShortcutsOn();
  const pressed = useRef({ keys: '', at: 0 });
  useEffect(() => {
    if (!on) return;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
      if (event.defaultPrevented || isTaken(event.target)) return;
      const recent = event.timeStamp - pressed.current.at < PAUSE_MS ? pressed.current.keys : '';
      const key = event.key.length === 1 ? event.key.toLowerCase() : '';
      if (!key) return;
      const keys = recent ? `${recent} ${key}` : key;
      const found = match(keys, commands);
      pressed.current = { keys: found === 'more' ? keys : '', at: event.timeStamp };
      if (!found || found === 'more') return;
      event.preventDefault();
      found.run();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [on, commands]);
}

export function useShortcutsOn(): boolean {
  return useSyncExternalStore(subscribe, isOn);
}

export function turnShortcuts(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  } catch {
    // Storage is closed: nothing can be kept.
  }
  for (const tell of listeners) tell();
}

function isOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
