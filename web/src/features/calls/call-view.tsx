import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { ArrowLeft, Star } from 'lucide-react';
import { useState } from 'react';
import { callQuery } from '../../api/calls';
import { type ApiError, asApiError } from '../../api/client';
import { keys } from '../../api/keys';
import { type Names, useNames } from '../../api/names';
import { may, useMe } from '../../api/session';
import type { Schema } from '../../api/types';
import { callKind } from '../../lib/call-kind';
import { date, duration, time } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card, Stat, StatStrip } from '../../ui/card';
import { LiveTime } from '../../ui/live-time';
import { Page } from '../../ui/page';
import { FormError } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { toast } from '../../ui/toast';
import { Transcript } from '../../ui/transcript';
import { copy, endedByName, reasonName } from './copy';
import { CorrectDialog } from './correct-dialog';
import { DecisionCard } from './decision-card';
import { FactsCard } from './facts-card';
import { dispose } from './queries';
import { RecordingsCard } from './recordings-card';
import { RescueCard } from './rescue-card';

type Call = Schema<'CallDetail'>;

export function CallView({ id }: { id: string }) {
  const me = useMe();
  const { data: call } = useSuspenseQuery(callQuery(id));
  const names = useNames();
  const kind = callKind(call);
  const zone = me.client.zone;
  return (
    <Page
      title={call.caller_number ?? copy.unknown}
      note={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <Badge tone={kind.tone} dot={kind.live}>
            {kind.label}
          </Badge>
          <time dateTime={call.started_at}>
            {date(call.started_at, zone)}, {time(call.started_at, zone)}
          </time>
          <TextLink to="/calls">
            <span className="inline-flex items-center gap-1">
              <ArrowLeft aria-hidden className="size-3.5" />
              {copy.back}
            </span>
          </TextLink>
        </span>
      }
      actions={may.lead(me.role) && call.outcome && call.counted && <Correction call={call} />}
    >
      {call.outcome === 'handed_over' && call.rescuer_id === me.member_id && <Disposition call={call} />}
      <Facts call={call} names={names} live={kind.live} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Card title={copy.transcript} body="flush">
          <Transcript turns={call.transcript} zone={zone} live={kind.live} />
        </Card>
        <div className="flex min-w-0 flex-col gap-4">
          <OutcomeCard call={call} />
          {call.rescue && <RescueCard rescue={call.rescue} memberName={names.member} zone={zone} />}
          {call.recordings.length > 0 && <RecordingsCard callId={call.id} recordings={call.recordings} />}
          <FactsCard facts={call.facts} zone={zone} />
        </div>
      </div>
      {call.decision && <DecisionCard decision={call.decision} memberName={names.member} />}
    </Page>
  );
}

function Facts({ call, names, live }: { call: Call; names: Names; live: boolean }) {
  return (
    <StatStrip>
      <Stat label={copy.head.owner} value={<Small>{names.member(call.owner_id)}</Small>} />
      <Stat label={copy.head.agent} value={<Small>{names.agent(call)}</Small>} />
      <Stat
        label={copy.head.lasted}
        value={live ? <LiveTime since={call.started_at} /> : duration(call.handling_time_seconds)}
        note={call.waiting_seconds > 0 ? `and ${duration(call.waiting_seconds)} waiting` : undefined}
      />
      <Stat label="Rating" value={<Rating stars={call.customer_satisfaction} />} />
    </StatStrip>
  );
}

/** Names are longer than figures. */
function Small({ children }: { children: string }) {
  return <span className="text-lg wrap-anywhere">{children}</span>;
}

function Rating({ stars }: { stars: number | null | undefined }) {
  if (stars == null) return <span className="text-lg text-ink-3">Not rated</span>;
  return (
    <span className="inline-flex items-center gap-1.5">
      {stars}
      <Star aria-hidden className="size-4 fill-fair text-fair" />
      <span className="sr-only">of 5</span>
    </span>
  );
}

function OutcomeCard({ call }: { call: Call }) {
  const lines = [
    call.escalation_reason && `A person was asked for: ${reasonName[call.escalation_reason]}.`,
    call.implied && copy.implied,
    call.ended_by && `How it ended: ${endedByName[call.ended_by]}.`,
    call.failure_reason,
    call.outcome && !call.counted && copy.uncounted,
  ].filter(Boolean);
  if (lines.length === 0) return null;
  return (
    <Card title={copy.outcome}>
      <ul className="flex flex-col gap-1.5 text-sm text-ink-2">
        {lines.map((line) => (
          <li key={String(line)} className="wrap-anywhere">
            {line}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Correction({ call }: { call: Call }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{copy.correct}</Button>
      {open && <CorrectDialog call={call} onClose={() => setOpen(false)} />}
    </>
  );
}

/** Asks whoever took the call over what came of it. */
function Disposition({ call }: { call: Call }) {
  const queryClient = useQueryClient();
  const say = useMutation<unknown, ApiError, boolean>({
    mutationFn: (resolved) => dispose(call.id, call.rev, resolved),
    onSuccess: () => toast({ title: copy.said }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.call(call.id) }),
  });
  return (
    <Card title={copy.helped} note={copy.helpedNote}>
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" pending={say.isPending} onClick={() => say.mutate(true)}>
          {copy.yes}
        </Button>
        <Button pending={say.isPending} onClick={() => say.mutate(false)}>
          {copy.no}
        </Button>
        <FormError>{say.error && asApiError(say.error).message}</FormError>
      </div>
    </Card>
  );
}
