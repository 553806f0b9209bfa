import { useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { dashboardQuery } from '../../api/dashboard';
import { useMe } from '../../api/session';
import type { Dashboard } from '../../api/types';
import { cn } from '../../lib/cn';
import { count, duration, percent, rating, zoneName } from '../../lib/format';
import { Dot } from '../../ui/badge';
import { BarTrend } from '../../ui/bar-trend';
import { Card, Stat, StatStrip } from '../../ui/card';
import { Page } from '../../ui/page';
import { Attention } from './attention';
import { copy } from './copy';
import { type Delta, points, relative, tenths } from './delta';
import { hourBars, hourIn } from './hours';
import { InProgress } from './in-progress';
import { TopTeam } from './top-team';

/** `has` says whether a page exists for this role: no link leads nowhere. */
export function Overview({ has }: { has: (path: string) => boolean }) {
  const me = useMe();
  const { data: today } = useSuspenseQuery(dashboardQuery);
  const hour = hourIn(today.zone, today.as_of);
  const bars = useMemo(() => hourBars(today.calls_by_hour, hour), [today.calls_by_hour, hour]);
  return (
    <Page title={copy.greeting(hour, me.name)} note={copy.note(today.day, zoneName(today.zone))}>
      <Figures today={today} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <Card title={copy.byHour} note={copy.byHourNote}>
            <Legend />
            <BarTrend label={copy.byHourNote} bars={bars} tick={count} nothing={copy.notYet} height={250} />
          </Card>
          <InProgress has={has} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <TopTeam members={today.top_members} has={has} />
          <Attention has={has} />
        </div>
      </div>
    </Page>
  );
}

function Figures({ today }: { today: Dashboard }) {
  const { calls, resolved_without_person: alone, rating: rated, avg_handling_time: handling, day } = today;
  const then = (value: string | null) =>
    value === null ? copy.noneLastWeek(day) : copy.lastWeek(day, value);
  const of = (value: number | null | undefined, show: (value: number) => string) =>
    then(value == null ? null : show(value));
  return (
    <StatStrip>
      <Stat
        label={copy.calls}
        value={count(calls.value)}
        delta={
          <Moved
            delta={relative(calls.value, calls.week_ago, { more: 'more', less: 'fewer', better: 'neither' })}
          />
        }
        note={then(count(calls.week_ago))}
      />
      <Stat
        label={copy.alone}
        value={percent(alone.value)}
        delta={
          <Moved
            delta={points(alone.value, alone.week_ago, { more: 'more', less: 'less', better: 'more' })}
          />
        }
        note={of(alone.week_ago, percent)}
      />
      <Stat
        label={copy.rating}
        value={rating(rated.value)}
        delta={
          <Moved
            delta={tenths(rated.value, rated.week_ago, { more: 'higher', less: 'lower', better: 'more' })}
          />
        }
        note={`${copy.rated(rated.count)} · ${of(rated.week_ago, rating)}`}
      />
      <Stat
        label={copy.handling}
        value={duration(handling.value)}
        delta={
          <Moved
            delta={relative(handling.value, handling.week_ago, {
              more: 'longer',
              less: 'shorter',
              better: 'less',
            })}
          />
        }
        note={of(handling.week_ago, duration)}
      />
    </StatStrip>
  );
}

const WORDS = { good: 'text-good-text', poor: 'text-poor-text', neutral: 'text-ink-3' } as const;

function Moved({ delta }: { delta: Delta | null }) {
  if (!delta) return null;
  const tone = delta.tone === 'good' || delta.tone === 'poor' ? delta.tone : 'neutral';
  return (
    <span className={cn('tabular text-xs font-medium', WORDS[tone])}>
      <span aria-hidden>{delta.arrow}</span> {delta.words}
    </span>
  );
}

function Legend() {
  return (
    <p className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-ink-2">
      <span className="flex items-center gap-2">
        <Dot tone="accent" /> {copy.agent}
      </span>
      <span className="flex items-center gap-2">
        <Dot tone="fair" /> {copy.person}
      </span>
    </p>
  );
}
