import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Call } from '../../api/types';
import { cn } from '../../lib/cn';
import { duration, moment } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { TextLink } from '../../ui/text-link';
import { callKind } from './call-kind';
import { copy } from './copy';
import { LiveTime } from './live-time';

/** Height of a row in px; all have the same, so that none has to be measured. */
const ROW = 57;
/** Fewer rows than this below what is in sight: the next page is asked for. */
const AHEAD = 30;
const FROM = { md: 'max-md:hidden', lg: 'max-lg:hidden' } as const;

export interface Names {
  member: (id: number | null | undefined) => string;
  agent: (call: Call) => string;
}

interface Props {
  calls: readonly Call[];
  names: Names;
  zone: string;
  /** Asked for the next page, as often as wanted. */
  onNearEnd: () => void;
}

/** A table of which only the rows in sight exist. */
export function CallList({ calls, names, zone, onNearEnd }: Props) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
  }, []);
  const virtual = useWindowVirtualizer({
    count: calls.length,
    estimateSize: () => ROW,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (at) => calls[at]?.id ?? at,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= calls.length - AHEAD) onNearEnd();
  }, [last, calls.length, onNearEnd]);
  const before = (items[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  return (
    <table aria-rowcount={-1} className="w-full table-fixed text-left text-base">
      <caption className="sr-only">{copy.title}</caption>
      <thead>
        <tr className="h-9 border-b border-line text-xs text-ink-3">
          <Head className="pl-5">{copy.head.caller}</Head>
          <Head className="w-40 sm:w-48">{copy.head.outcome}</Head>
          <Head className={cn('w-[18%]', FROM.md)}>{copy.head.owner}</Head>
          <Head className={cn('w-[18%]', FROM.lg)}>{copy.head.agent}</Head>
          <Head className={cn('w-20 text-right', FROM.md)}>{copy.head.lasted}</Head>
          <Head className={cn('w-36 pr-5 text-right', FROM.md)}>{copy.head.began}</Head>
        </tr>
      </thead>
      <tbody ref={body}>
        <Gap height={before} />
        {items.map((item) => {
          const call = calls[item.index];
          return call && <CallRow key={item.key} call={call} names={names} zone={zone} />;
        })}
        <Gap height={after} />
      </tbody>
    </table>
  );
}

function Head({ className, children }: { className: string; children: string }) {
  return (
    <th scope="col" className={cn('font-medium whitespace-nowrap', className)}>
      {children}
    </th>
  );
}

function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row takes no focus
    <tr aria-hidden="true">
      <td colSpan={6} style={{ height }} />
    </tr>
  );
}

const CallRow = memo(function CallRow({ call, names, zone }: { call: Call; names: Names; zone: string }) {
  const kind = callKind(call);
  const began = moment(call.started_at, zone);
  return (
    <tr className="relative border-b border-line last:border-0 hover:bg-hover" style={{ height: ROW }}>
      <td className="pl-5">
        <TextLink to={`/calls/${call.id}`} look="cover">
          <span className="block min-w-0">
            <span className="tabular block truncate font-medium text-ink">
              {call.caller_number ?? copy.unknown}
            </span>
            <span className="block truncate text-sm text-ink-3 md:hidden">{began}</span>
          </span>
        </TextLink>
      </td>
      <td>
        <Badge tone={kind.tone} dot={kind.live}>
          {kind.label}
        </Badge>
      </td>
      <td className={cn('truncate pr-3 text-ink-2', FROM.md)}>{names.member(call.owner_id)}</td>
      <td className={cn('truncate pr-3 text-ink-2', FROM.lg)}>{names.agent(call)}</td>
      <td className={cn('tabular text-right text-ink-2', FROM.md)}>
        {kind.live ? <LiveTime since={call.started_at} /> : duration(call.handling_time_seconds)}
      </td>
      <td className={cn('tabular pr-5 text-right text-ink-3', FROM.md)}>{began}</td>
    </tr>
  );
});
