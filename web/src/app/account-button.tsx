import type { ComponentProps } from 'react';
import { roleName, useMe } from '../api/session';
import { Avatar } from '../ui/avatar';

/** What opens the account menu, and stands there until the menu is loaded. */
export function AccountButton(props: Omit<ComponentProps<'button'>, 'className'>) {
  const me = useMe();
  return (
    <button
      type="button"
      {...props}
      className="flex w-full items-center gap-2.5 rounded-sm px-2 py-1.5 text-left hover:bg-hover"
    >
      <Avatar name={me.name} size="sm" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-base font-medium text-ink">{me.name}</span>
        <span className="block truncate text-xs text-ink-3">
          {me.client.name} · {roleName(me.role)}
        </span>
      </span>
    </button>
  );
}
