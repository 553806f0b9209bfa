import { Link } from '@tanstack/react-router';
import { Moon, Search, Sun } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useMe } from '../api/session';
import { chooseTheme, useTheme } from '../lib/theme';
import { IconButton } from '../ui/button';
import { AccountButton } from './account-button';
import { openPalette } from './command-center';
import { LiveChip } from './live';
import { Logo } from './logo';
import { type NavItem, pagesOf } from './nav';

// Menus and dialogs come after the first paint: they are a third of the frame.
const AccountMenu = lazy(() => import('./account-menu').then((m) => ({ default: m.AccountMenu })));
const IS_MAC = /mac|iphone|ipad/i.test(navigator.userAgent);

export function Sidebar() {
  const me = useMe();
  return (
    <div className="flex h-full flex-col gap-4 overflow-y-auto px-3 pt-3.5 pb-3">
      <div className="px-2">
        <Logo />
      </div>
      <SearchButton />
      <nav aria-label="Pages" className="flex-1">
        <ul className="flex flex-col gap-0.5">
          {pagesOf(me).map((item) => (
            <li key={item.to}>
              <NavLink item={item} />
            </li>
          ))}
        </ul>
      </nav>
      <div className="flex flex-col gap-1 border-t border-line pt-3">
        <div className="flex items-center justify-between pl-2">
          <LiveChip />
          <ThemeToggle />
        </div>
        <Suspense fallback={<AccountButton />}>
          <AccountMenu />
        </Suspense>
      </div>
    </div>
  );
}

function SearchButton() {
  return (
    <button
      type="button"
      onClick={openPalette}
      className="flex h-8.5 items-center gap-2 rounded-sm border border-line bg-surface px-2 text-sm text-ink-3 shadow-lift hover:text-ink-2 pointer-coarse:h-11"
    >
      <Search aria-hidden className="size-4" />
      <span className="truncate">Search or jump to…</span>
      <span aria-hidden className="ml-auto shrink-0 text-xs">
        {IS_MAC ? '⌘K' : 'Ctrl K'}
      </span>
    </button>
  );
}

function NavLink({ item }: { item: NavItem }) {
  const { icon: Icon } = item;
  return (
    <Link
      to={item.to}
      // `/` is the start of every path.
      activeOptions={{ exact: item.to === '/' }}
      activeProps={{ 'aria-current': 'page' }}
      className="flex h-8.5 items-center gap-3 rounded-sm px-2 text-base font-medium text-ink-2 transition-colors duration-100 hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:text-ink pointer-coarse:h-11 [&[aria-current=page]_svg]:text-accent-text"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-ink-3" />
      <span className="truncate">{item.label}</span>
      {item.useCount && <NavCount useCount={item.useCount} countLabel={item.countLabel} />}
    </Link>
  );
}

function NavCount({
  useCount,
  countLabel,
}: Required<Pick<NavItem, 'useCount'>> & Pick<NavItem, 'countLabel'>) {
  const count = useCount();
  if (!count) return null;
  return (
    <span className="tabular ml-auto rounded-full bg-good-soft px-2 text-xs font-semibold text-good-text">
      <span aria-hidden={countLabel !== undefined}>{count > 999 ? '999+' : count}</span>
      {countLabel && <span className="sr-only">{countLabel(count)}</span>}
    </span>
  );
}

function ThemeToggle() {
  const dark = useTheme() === 'dark';
  return (
    <IconButton
      label={dark ? 'Use the light theme' : 'Use the dark theme'}
      onClick={() => chooseTheme(dark ? 'light' : 'dark')}
    >
      {dark ? <Sun /> : <Moon />}
    </IconButton>
  );
}
