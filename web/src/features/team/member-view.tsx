import { useSuspenseQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { may as can, roleName, useMe } from '../../api/session';
import type { Member } from '../../api/types';
import { cn } from '../../lib/cn';
import { count, duration, zoneName } from '../../lib/format';
import { Avatar } from '../../ui/avatar';
import { Badge } from '../../ui/badge';
import { Card, Stat, StatStrip } from '../../ui/card';
import { Page } from '../../ui/page';
import { Segments } from '../../ui/tabs';
import { TextLink } from '../../ui/text-link';
import { AgentTable } from './agent-table';
import { AssignmentsCard } from './assignments-card';
import { availabilityName, copy, figures, standing, statusName } from './copy';
import { InfoCard } from './info-card';
import { MemberActions } from './member-actions';
import { permit } from './permit';
import { memberQuery, performanceQuery, RANGES, type Range } from './queries';
import { ScoreCard } from './score-card';
import { TrendCard } from './trend-card';
import { presence, presenceTone } from './words';

interface Props {
  id: number;
  /** From the URL. */
  days: Range;
  onDays: (days: Range) => void;
}

export function MemberView({ id, days, onDays }: Props) {
  const me = useMe();
  const { data: member } = useSuspenseQuery(memberQuery(id));
  const may = permit(me, member);
  return (
    <Page
      title={<Title member={member} />}
      note={[roleName(member.role), member.title, member.email].filter(Boolean).join(' · ')}
      actions={
        <>
          {can.lead(me.role) && (
            <span className="self-center pr-2">
              <TextLink to="/team">{copy.all}</TextLink>
            </span>
          )}
          <MemberActions member={member} may={may} />
        </>
      }
    >
      {member.status !== 'active' && (
        <p className="rounded-md border border-line bg-sunken px-4 py-3 text-base text-ink-2">
          {member.status === 'inactive' ? standing.banner : standing.invited}
        </p>
      )}
      <Performance member={member} days={days} onDays={onDays} />
      <AssignmentsCard key={`assignments ${id}`} member={member} editable={may.assign} />
      <InfoCard member={member} may={may} />
    </Page>
  );
}

function Title({ member }: { member: Member }) {
  const word = presence(member);
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      <Avatar name={member.name} presence={presenceTone(word)} />
      <span className="min-w-0">{member.name}</span>
      <Badge tone={presenceTone(word)}>
        {member.status === 'active' ? availabilityName[member.availability] : statusName[member.status]}
      </Badge>
    </span>
  );
}

function Performance({ member, days, onDays }: { member: Member; days: Range; onDays: (d: Range) => void }) {
  // The range before stays in sight until the new one is there, on all cards at once.
  const shown = useDeferredValue(days);
  const { data } = useSuspenseQuery(performanceQuery(member.id, shown));
  const { rescues } = data;
  const pickup =
    rescues.avg_pickup_time == null ? undefined : figures.pickup(duration(rescues.avg_pickup_time));
  return (
    <section
      aria-label={figures.performance}
      aria-busy={shown !== days}
      className={cn('flex flex-col gap-4 transition-opacity', shown !== days && 'opacity-60')}
    >
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">{figures.performance}</h2>
        <div className="flex flex-wrap items-center gap-3">
          <p className="text-sm text-ink-3">{figures.zone(zoneName(data.zone))}</p>
          <Segments
            label={figures.range}
            options={RANGES.map((range) => ({ value: String(range), label: figures.ranges[range] }))}
            value={String(days)}
            onChange={(next) => onDays(Number(next) as Range)}
          />
        </div>
      </div>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,9fr)_minmax(0,11fr)]">
        <ScoreCard performance={data} />
        <TrendCard performance={data} />
      </div>
      <StatStrip>
        <Stat
          label={figures.calls}
          value={count(data.calls_total)}
          note={`${figures.period(data.days)} · ${figures.inAll(count(member.calls_total))}`}
        />
        <Stat label={figures.week} value={count(member.calls_this_week)} note={figures.weekNote} />
        <Stat
          label={figures.handling}
          value={duration(data.avg_handling_time)}
          note={`${figures.period(data.days)}, minutes:seconds`}
        />
        <Stat
          label={figures.rescues}
          value={count(rescues.total)}
          note={
            rescues.total === 0
              ? `${figures.noRescues} · ${figures.period(data.days)}`
              : [figures.resolved(rescues.resolved), pickup].filter(Boolean).join(' · ')
          }
        />
      </StatStrip>
      <Card title={figures.agents} note={figures.period(data.days)} body="flush">
        <AgentTable agents={data.agents} />
      </Card>
    </section>
  );
}
