import { useSyncExternalStore } from 'react';

/** What a person chose; `system` follows the machine. */
export type ThemeChoice = 'light' | 'dark' | 'system';

// The same key as in public/theme.js, which sets the theme before first paint.
const KEY = 'caly.theme';
const system = () => matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export function themeChoice(): ThemeChoice {
  const stored = read();
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Storage is closed: the choice holds until the page is left.
  }
  paint(choice);
}

/** The theme that is on the screen. */
export function shownTheme(): 'light' | 'dark' {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

export function useTheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, shownTheme);
}

/** Follows the system and other tabs. */
export function watchTheme(): void {
  system().addEventListener('change', () => paint(themeChoice()));
  addEventListener('storage', (event) => {
    if (event.key === KEY || event.key === null) paint(themeChoice());
  });
}

function paint(choice: ThemeChoice): void {
  const dark = choice === 'dark' || (choice === 'system' && system().matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
