import { Link, type LinkProps, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { CLINIC } from '../../api/sectors';
import { may, useMe } from '../../api/session';
import type { Role, Sector } from '../../api/types';

interface Place {
  to: NonNullable<LinkProps['to']>;
  label: string;
  who?: (role: Role) => boolean;
  /** Only companies of this sector have it. */
  sector?: Sector;
}

const PLACES: readonly Place[] = [
  { to: '/settings/company', label: 'Company' },
  { to: '/settings/sector', label: 'Sector' },
  { to: '/settings/doctors', label: 'Doctors', sector: CLINIC },
  { to: '/settings/phone', label: 'Phone numbers' },
  { to: '/settings/people', label: 'People and teams' },
  { to: '/settings/rules', label: 'Rules' },
  { to: '/settings/keys', label: 'API keys', who: may.own },
  { to: '/settings/audit', label: 'Audit log' },
  { to: '/settings/jobs', label: 'Given up' },
];

export function SettingsNav() {
  const { role, client } = useMe();
  const here = PLACES.filter(
    ({ who = may.manage, sector = client.sector }) => who(role) && sector === client.sector,
  );
  const list = useRef<HTMLUListElement>(null);
  const path = useLocation({ select: (location) => location.pathname });
  // On a phone the strip is wider than the screen: where one is comes into sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path marks another link
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>('[aria-current=page]');
    if (current && list.current) list.current.scrollLeft = current.offsetLeft - list.current.offsetLeft - 24;
  }, [path]);
  return (
    <nav aria-label="Settings" className="min-w-0 px-4 pt-4 sm:px-8 lg:pt-8 lg:pr-0">
      <ul ref={list} className="flex gap-0.5 overflow-x-auto p-0.5 lg:sticky lg:top-8 lg:flex-col">
        {here.map((place) => (
          <li key={place.to} className="shrink-0">
            <Link
              to={place.to}
              activeProps={{ 'aria-current': 'page' }}
              className="flex h-8.5 items-center rounded-sm px-3 text-sm font-medium whitespace-nowrap text-ink-2 hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:text-ink pointer-coarse:h-11"
            >
              {place.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
