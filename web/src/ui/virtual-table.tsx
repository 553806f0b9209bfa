import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Fragment, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { cn } from '../lib/cn';

/** From which width a column is there: narrow screens show what matters, the
 * rest is one press away. */
export const FROM = { md: 'max-md:hidden', lg: 'max-lg:hidden' } as const;

interface Props<T> {
  label: string;
  rows: readonly T[];
  keyOf: (row: T) => string | number;
  /** Height of a row in px; all have the same, so that none has to be measured. */
  rowHeight: number;
  /** A name and the classes of its cell: width, side, from which screen on. */
  columns: readonly (readonly [name: string, className: string])[];
  /** How many rows there are in all; -1 while nobody knows. */
  total: number;
  /** The last row that exists at the moment, each time it is another. */
  onLast?: (index: number) => void;
  /** A `<tr>` of that height. */
  children: (row: T, at: number) => ReactNode;
}

/** A table of which only the rows in sight exist. */
export function VirtualTable<T>({
  label,
  rows,
  keyOf,
  rowHeight,
  columns,
  total,
  onLast,
  children,
}: Props<T>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
  }, []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (at) => (rows[at] === undefined ? at : keyOf(rows[at])),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onLast?.(last), [last, onLast]);
  const before = (items[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  return (
    <table aria-rowcount={total < 0 ? -1 : total + 1} className="w-full table-fixed text-left text-base">
      <caption className="sr-only">{label}</caption>
      <thead>
        <tr aria-rowindex={1} className="h-9 border-b border-line text-xs text-ink-3">
          {columns.map(([name, className]) => (
            <th key={name} scope="col" className={cn('font-medium whitespace-nowrap', className)}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        <Gap height={before} />
        {items.map((item) => {
          const row = rows[item.index];
          return row !== undefined && <Fragment key={item.key}>{children(row, item.index)}</Fragment>;
        })}
        <Gap height={after} />
      </tbody>
    </table>
  );
}

/** The place of the rows that do not exist at the moment. One cell, without a
 * span: columns that a narrow screen hides would come back with it, empty. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row takes no focus
    <tr aria-hidden="true">
      <td style={{ height }} />
    </tr>
  );
}
