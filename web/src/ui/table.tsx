import type { ReactNode } from 'react';
import { cn } from '../lib/cn';

export interface Column<Row> {
  key: string;
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Numbers go to the right. */
  align?: 'left' | 'right';
  /** What a phone can do without. */
  narrow?: 'hide';
}

interface Props<Row> {
  /** Said before the table, not shown. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
}

/** A plain table; wider than its place, it scrolls inside it. Inside a flush [`Card`]. */
export function Table<Row>({ caption, columns, rows, rowKey }: Props<Row>) {
  return (
    // A focusable box, since its scrolling would be out of a keyboard's reach.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: axe scrollable-region-focusable asks for it
    <section aria-label={caption} tabIndex={0} className="overflow-x-auto -outline-offset-2">
      <table className="w-full text-left text-base">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-xs text-ink-3">
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={cn('px-5 py-2 font-medium whitespace-nowrap', side(column))}
              >
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className="border-b border-line last:border-0">
              {columns.map((column) => (
                <td key={column.key} className={cn('px-5 py-2.5 align-middle', side(column))}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function side<Row>(column: Column<Row>): string {
  return cn(column.align === 'right' && 'text-right', column.narrow === 'hide' && 'max-sm:hidden');
}
