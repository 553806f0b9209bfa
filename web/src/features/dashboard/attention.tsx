import { useQuery } from '@tanstack/react-query';
import { Circle, CircleCheck } from 'lucide-react';
import { channelsQuery } from '../../api/channels';
import { parkedJobsQuery, summaryQuery } from '../../api/dashboard';
import { sectorsQuery } from '../../api/sectors';
import { may, useMe } from '../../api/session';
import { Card } from '../../ui/card';
import { Failure, SkeletonRows } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { type Check, checklist } from './checklist';
import { copy } from './copy';

/** What remains to be done; what is done is ticked. */
export function Attention({ has }: { has: (path: string) => boolean }) {
  const [channels, sectors, summary] = [
    useQuery(channelsQuery),
    useQuery(sectorsQuery),
    useQuery(summaryQuery),
  ];
  // Only who manages may see them, and mend them.
  const jobs = useQuery({ ...parkedJobsQuery, enabled: may.manage(useMe().role) });
  const failed = [channels, sectors, summary].find((query) => query.isError && !query.data);
  const ready = channels.data && sectors.data && summary.data;
  const checks = ready
    ? checklist({
        channels: channels.data,
        sectors: sectors.data,
        summary: summary.data,
        parked: jobs.data ?? 0,
      })
    : [];
  const left = checks.filter((check) => !check.done).length;
  return (
    <Card
      title={copy.attention}
      note={ready && (left === 0 ? copy.allDone : `${checks.length - left} of ${checks.length} done`)}
    >
      {failed && <Failure error={failed.error} onRetry={failed.refetch} />}
      {!failed && !ready && <SkeletonRows rows={3} />}
      <ul className="flex flex-col gap-3">
        {[...checks]
          .sort((a, b) => Number(a.done) - Number(b.done))
          .map((check) => (
            <CheckLine key={check.id} check={check} linked={has(check.to)} />
          ))}
      </ul>
    </Card>
  );
}

function CheckLine({ check, linked }: { check: Check; linked: boolean }) {
  const Icon = check.done ? CircleCheck : Circle;
  return (
    <li className="flex gap-2.5 text-sm">
      <Icon
        aria-hidden
        className={check.done ? 'size-4.5 shrink-0 text-good' : 'size-4.5 shrink-0 text-ink-3'}
      />
      <div className="min-w-0">
        <p className={check.done ? 'text-ink-3' : 'font-medium text-ink'}>
          <span className="sr-only">{check.done ? 'Done: ' : 'To do: '}</span>
          {check.title}
        </p>
        {!check.done && (
          <p className="text-ink-3">
            {check.how} {linked && <TextLink to={check.to}>Open</TextLink>}
          </p>
        )}
      </div>
    </li>
  );
}
