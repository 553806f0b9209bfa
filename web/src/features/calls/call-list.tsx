import { memo, useCallback } from 'react';
import type { Names } from '../../api/names';
import type { Call } from '../../api/types';
import { callKind } from '../../lib/call-kind';
import { cn } from '../../lib/cn';
import { duration, moment } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { LiveTime } from '../../ui/live-time';
import { TextLink } from '../../ui/text-link';
import { FROM, VirtualTable } from '../../ui/virtual-table';
import { copy } from './copy';

/** Height of a row in px; all have the same, so that none has to be measured. */
const ROW = 57;
/** Fewer rows than this below what is in sight: the next page is asked for. */
const AHEAD = 30;

interface Props {
  calls: readonly Call[];
  names: Names;
  zone: string;
  /** Asked for the next page, as often as wanted. */
  onNearEnd: () => void;
}

export function CallList({ calls, names, zone, onNearEnd }: Props) {
  const near = useCallback(
    (last: number) => {
      if (last >= calls.length - AHEAD) onNearEnd();
    },
    [calls.length, onNearEnd],
  );
  return (
    <VirtualTable
      label={copy.title}
      rows={calls}
      keyOf={(call) => call.id}
      rowHeight={ROW}
      total={-1}
      onLast={near}
      columns={[
        [copy.head.caller, 'pl-5'],
        [copy.head.outcome, 'w-40 sm:w-48'],
        [copy.head.owner, cn('w-[18%]', FROM.md)],
        [copy.head.agent, cn('w-[18%]', FROM.lg)],
        [copy.head.lasted, cn('w-20 text-right', FROM.md)],
        [copy.head.began, cn('w-36 pr-5 text-right', FROM.md)],
      ]}
    >
      {(call) => <CallRow call={call} names={names} zone={zone} />}
    </VirtualTable>
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
