import { memo } from 'react';
import { roleName } from '../../api/session';
import type { Member } from '../../api/types';
import { cn } from '../../lib/cn';
import { count, percent } from '../../lib/format';
import { bandName, bandTone } from '../../lib/score';
import { Avatar } from '../../ui/avatar';
import { Badge } from '../../ui/badge';
import { ScoreRing } from '../../ui/score-ring';
import { TextLink } from '../../ui/text-link';
import { FROM, VirtualTable } from '../../ui/virtual-table';
import { availabilityName, copy, statusName } from './copy';
import type { Row } from './member-rows';
import { presence, presenceTone } from './words';

/** Height of a row in px; all have the same, so that none has to be measured. */
const ROW = 64;
export function MemberList({ rows }: { rows: readonly Row[] }) {
  return (
    <VirtualTable
      label={copy.title}
      rows={rows}
      keyOf={(row) => row.member.id}
      rowHeight={ROW}
      total={rows.length}
      columns={[
        [copy.head.member, 'pl-5'],
        [copy.head.role, cn('w-[26%]', FROM.md)],
        [copy.head.calls, cn('w-32', FROM.md)],
        [copy.head.success, cn('w-24', FROM.lg)],
        [copy.head.score, 'w-32 pr-5 sm:w-56'],
      ]}
    >
      {(row, at) => <MemberRow member={row.member} at={at} />}
    </VirtualTable>
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
