import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { cn } from '../lib/cn';

export interface MenuItem {
  id: string;
  label: ReactNode;
  icon?: ReactNode;
  tone?: 'danger';
  run: () => void;
}

interface Props {
  /** A button; it needs a name of its own. */
  trigger: ReactElement;
  items: readonly MenuItem[];
  /** Above the items, such as who is logged in. */
  head?: ReactNode;
  side?: 'top' | 'bottom';
}

export function Menu({ trigger, items, head, side = 'bottom' }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} side={side} align="start" className="z-50 outline-none">
          <Base.Popup className="min-w-52 max-w-80 rounded-md border border-line bg-surface p-1 shadow-float outline-none">
            {head && <div className="mb-1 border-b border-line px-3 py-2">{head}</div>}
            {items.map((item) => (
              <Base.Item
                key={item.id}
                onClick={item.run}
                className={cn(
                  'flex min-h-8 cursor-default items-center gap-2.5 rounded-sm px-3 py-1.5 text-base outline-none select-none data-highlighted:bg-hover pointer-coarse:min-h-11 [&_svg]:size-4',
                  item.tone === 'danger' ? 'text-poor-text' : 'text-ink',
                )}
              >
                {item.icon}
                {item.label}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
