import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useLayoutEffect, useRef, useState } from 'react';
import { roleName } from '../../api/session';
import type { Member } from '../../api/types';
import { cn } from '../../lib/cn';
import { count, percent } from '../../lib/format';
import { bandName, bandTone } from '../../lib/score';
import { Avatar } from '../../ui/avatar';
import { Badge } from '../../ui/badge';
import { ScoreRing } from '../../ui/score-ring';
import { TextLink } from '../../ui/text-link';
import { availabilityName, copy, statusName } from './copy';
import type { Row } from './member-rows';
import { presence, presenceTone } from './words';

/** Height of a row in px; all have the same, so that none has to be measured. */
const ROW = 64;
/** Narrow screens show who and the score; the rest is one press away. */
const FROM = { md: 'max-md:hidden', lg: 'max-lg:hidden' } as const;

/** A table of which only the rows in sight exist. */
export function MemberList({ rows }: { rows: readonly Row[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
  }, []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW,
    overscan: 6,
    scrollMargin: top,
    getItemKey: (at) => rows[at]?.member.id ?? at,
  });
  const items = virtual.getVirtualItems();
  const before = (items[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  return (
    <table aria-rowcount={rows.length + 1} className="w-full table-fixed text-left text-base">
      <caption className="sr-only">{copy.title}</caption>
      <thead>
        <tr aria-rowindex={1} className="h-9 border-b border-line text-xs text-ink-3">
          <Head className="pl-5">{copy.head.member}</Head>
          <Head className={cn('w-[26%]', FROM.md)}>{copy.head.role}</Head>
          <Head className={cn('w-32', FROM.md)}>{copy.head.calls}</Head>
          <Head className={cn('w-24', FROM.lg)}>{copy.head.success}</Head>
          <Head className="w-32 pr-5 sm:w-56">{copy.head.score}</Head>
        </tr>
      </thead>
      <tbody ref={body}>
        <Gap height={before} />
        {items.map((item) => {
          const row = rows[item.index];
          return row && <MemberRow key={item.key} member={row.member} at={item.index} />;
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

/** The place of the rows that do not exist at the moment. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row takes no focus
    <tr aria-hidden="true">
      <td colSpan={5} style={{ height }} />
    </tr>
  );
}

const MemberRow = memo(function MemberRow({ member, at }: { member: Member; at: number }) {
  const now = presence(member);
  const here = member.status === 'active' ? availabilityName[member.availability] : statusName[member.status];
  const { score } = member;
  return (
    <tr
      aria-rowindex={at + 2}
      className="relative border-b border-line last:border-0 hover:bg-hover"
      style={{ height: ROW }}
    >
      <td className="pr-4 pl-5">
        <TextLink to={`/team/${member.id}`} look="cover">
          <span className="flex items-center gap-3">
            <Avatar name={member.name} presence={presenceTone(now)} />
            <span className="min-w-0">
              <span className="block truncate font-medium text-ink">{member.name}</span>
              <span className="block truncate text-sm text-ink-3">{member.email}</span>
            </span>
          </span>
        </TextLink>
      </td>
      <td className={FROM.md}>
        <span className="block truncate text-ink-2">{roleName(member.role)}</span>
        <span className="block truncate text-sm text-ink-3">
          {[here, member.title].filter(Boolean).join(' · ')}
        </span>
      </td>
      <td className={FROM.md}>
        {count(member.calls_this_week)} <span className="text-sm text-ink-3">{copy.thisWeek}</span>
        <span className="block text-sm text-ink-3">
          {count(member.calls_total)} {copy.inAll}
        </span>
      </td>
      <td className={cn('text-ink-2', FROM.lg)}>{percent(member.success_rate)}</td>
      <td className="pr-5">
        <span className="flex items-center gap-2.5">
          <ScoreRing score={member.performance_score} band={score.band} provisional={score.provisional} />
          <span className="min-w-0 max-sm:hidden">
            {/* Muted while it rests on few calls: it may well change. */}
            <Badge tone={score.provisional ? 'neutral' : bandTone(score.band)}>{bandName(score.band)}</Badge>
          </span>
        </span>
      </td>
    </tr>
  );
});
