import { Outlet, useRouterState } from '@tanstack/react-router';
import { Menu as MenuIcon } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { IconButton } from '../ui/button';
import { CommandCenter, onPaletteOpen } from './command-center';
import { LiveChip, LiveUpdates } from './live';
import { Logo } from './logo';
import { Sidebar } from './sidebar';

const Drawer = lazy(() => import('./drawer').then((m) => ({ default: m.Drawer })));
const SessionKeeper = lazy(() => import('./session-keeper').then((m) => ({ default: m.SessionKeeper })));

/** The frame of every page: a sidebar, or on a phone a bar and a drawer. */
export function Shell() {
  return (
    <div className="lg:grid lg:min-h-dvh lg:grid-cols-[15rem_minmax(0,1fr)]">
      <LiveUpdates />
      <Suspense>
        <SessionKeeper />
      </Suspense>
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
  const [asked, setAsked] = useState(false);
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
      <IconButton
        label="Menu"
        aria-expanded={open}
        onClick={() => {
          setAsked(true);
          setOpen(true);
        }}
      >
        <MenuIcon />
      </IconButton>
      <Suspense>{asked && <Drawer open={open} onClose={() => setOpen(false)} />}</Suspense>
    </header>
  );
}
