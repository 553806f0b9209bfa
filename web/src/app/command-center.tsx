import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useBaseCommands } from './commands';
import { useShortcuts } from './shortcuts';
import { useLogout } from './use-logout';

// Read at the first ⌘K, not with the page.
const CommandMenu = lazy(() => import('./command-menu').then((m) => ({ default: m.CommandMenu })));
const ShortcutList = lazy(() => import('./shortcut-list').then((m) => ({ default: m.ShortcutList })));

type Shown = 'menu' | 'help' | null;
const OPEN = 'caly:palette';

/** Opens the palette from a button. */
export function openPalette(): void {
  dispatchEvent(new Event(OPEN));
}

/** Tells that a button asked for the palette, until the returned function is called. */
export function onPaletteOpen(tell: () => void): () => void {
  addEventListener(OPEN, tell);
  return () => removeEventListener(OPEN, tell);
}

/** The palette, the single keys and their list. */
export function CommandCenter() {
  const [shown, show] = useState<Shown>(null);
  const [asked, ask] = useState({ menu: false, help: false });
  const open = useCallback((what: 'menu' | 'help') => {
    ask((before) => ({ ...before, [what]: true }));
    show(what);
  }, []);
  const help = useCallback(() => open('help'), [open]);
  const commands = useBaseCommands({ help, logout: useLogout() });
  useShortcuts(commands);
  usePaletteKey(useCallback(() => open('menu'), [open]));
  const close = () => show(null);
  return (
    <Suspense fallback={null}>
      {asked.menu && <CommandMenu open={shown === 'menu'} onClose={close} base={commands} />}
      {asked.help && <ShortcutList open={shown === 'help'} onClose={close} commands={commands} />}
    </Suspense>
  );
}

function usePaletteKey(open: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== 'k' ||
        !(event.metaKey || event.ctrlKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      open();
    };
    addEventListener('keydown', press);
    const away = onPaletteOpen(open);
    return () => {
      removeEventListener('keydown', press);
      away();
    };
  }, [open]);
}
