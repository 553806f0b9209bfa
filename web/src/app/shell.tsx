import { Dialog } from '@base-ui/react/dialog';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Menu as MenuIcon, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '../ui/button';
import { CommandCenter, onPaletteOpen } from './command-center';
import { LiveChip, LiveUpdates } from './live';
import { Logo } from './logo';
import { SessionKeeper } from './session-keeper';
import { Sidebar } from './sidebar';

/** The frame of every page: a sidebar, or on a phone a bar and a drawer. */
export function Shell() {
  return (
    <div className="lg:grid lg:min-h-dvh lg:grid-cols-[15rem_minmax(0,1fr)]">
      <LiveUpdates />
      <SessionKeeper />
      <CommandCenter />
      <SkipLink />
      <TopBar />
      <aside className="sticky top-0 hidden h-dvh border-r border-line bg-sidebar lg:block">
        <Sidebar />
      </aside>
      <main id="main" tabIndex={-1} className="min-w-0">
        <Outlet />
      </main>
    </div>
  );
}

/** First in the order of tabs; a plain link would write `#main` into the URL. */
function SkipLink() {
  return (
    // biome-ignore lint/a11y/useValidAnchor: it navigates within the page
    <a
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}
      className="fixed top-2 left-2 z-50 -translate-y-16 rounded-sm bg-accent px-4 py-2.5 text-sm font-semibold text-on-accent focus:translate-y-0"
    >
      Skip to the page
    </a>
  );
}

function TopBar() {
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the drawer
  useEffect(() => setOpen(false), [path]);
  useEffect(() => onPaletteOpen(() => setOpen(false)), []);
  return (
    <header className="sticky top-0 z-30 flex h-13 items-center justify-between border-b border-line bg-canvas px-4 lg:hidden">
      <Logo />
      <span className="mr-2 ml-auto">
        <LiveChip />
      </span>
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Trigger
          render={
            <IconButton label="Menu">
              <MenuIcon />
            </IconButton>
          }
        />
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
          <Dialog.Popup className="fixed inset-y-0 left-0 z-50 w-[min(18rem,86vw)] border-r border-line bg-sidebar text-ink shadow-float transition-transform duration-200 outline-none data-ending-style:-translate-x-full data-starting-style:-translate-x-full">
            <Dialog.Title className="sr-only">Menu</Dialog.Title>
            <span className="absolute top-2.5 right-2">
              <Dialog.Close
                render={
                  <IconButton label="Close the menu">
                    <X />
                  </IconButton>
                }
              />
            </span>
            <Sidebar />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </header>
  );
}
