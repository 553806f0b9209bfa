import { useMutation, useQuery } from '@tanstack/react-query';
import { PhoneCall, PhoneOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { callQuery, placedCallQuery } from '../../api/calls';
import type { ApiError } from '../../api/client';
import { useLink } from '../../api/link';
import { useNames } from '../../api/names';
import { useMe } from '../../api/session';
import type { Schema } from '../../api/types';
import { callKind } from '../../lib/call-kind';
import { duration } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { LiveTime } from '../../ui/live-time';
import { Empty, Failure, FormError, SkeletonRows } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { Transcript } from '../../ui/transcript';
import { copy } from './copy';
import { watchRehearsal } from './queries';

const words = copy.call;
/** A call that does not ring for so long will not, ms. */
const LATE_MS = 20_000;
/** Without the live stream the call is read this often, ms. */
const AWAY_MS = 3_000;

/** A rehearsed caller, read along from the first word to what came of it. */
export function Rehearsal() {
  const place = useMutation<Schema<'RehearsalPlaced'>, ApiError>({ mutationFn: watchRehearsal });
  const placed = place.data?.carrier_call_id;
  const full = place.error?.code === 'rehearsals_full';
  const ring = (
    <Button pending={place.isPending} onClick={() => place.mutate()}>
      <PhoneCall aria-hidden />
      {place.isIdle || place.isPending ? words.watch : words.again}
    </Button>
  );
  return (
    <section aria-label={words.rehearsal} className="flex flex-col gap-4">
      {placed ? (
        <Watched key={placed} carrierId={placed} again={ring} />
      ) : (
        <div className="flex flex-wrap items-center gap-3">
          {ring}
          {!place.error && <p className="text-sm text-ink-3">{words.rehearsalNote}</p>}
        </div>
      )}
      <FormError>
        {place.error && (
          <>
            {place.error.message} {full && <TextLink to="/live">{words.others}</TextLink>}
          </>
        )}
      </FormError>
    </section>
  );
}

interface Props {
  carrierId: string;
  /** Rings once more. */
  again: React.ReactNode;
}

function Watched({ carrierId, again }: Props) {
  const found = useQuery(placedCallQuery(carrierId));
  const late = useLate(!found.data);
  if (found.data) return <Along id={found.data.id} again={again} />;
  if (late) {
    return (
      <Card>
        <div role="alert">
          <Empty icon={<PhoneOff />} title={words.lost} action={again}>
            {found.error ? found.error.message : words.lostNote}
          </Empty>
        </div>
      </Card>
    );
  }
  return (
    <Card>
      <div role="status">
        <Empty icon={<PhoneCall />} title={words.dialling}>
          {words.diallingNote}
        </Empty>
      </div>
    </Card>
  );
}

/** The words beside what is known of the call. */
function Along({ id, again }: { id: string; again: React.ReactNode }) {
  const { zone } = useMe().client;
  const names = useNames();
  const away = useLink() === 'lost';
  const call = useQuery({ ...callQuery(id), refetchInterval: away ? AWAY_MS : false });
  if (call.isPending) {
    return (
      <Card>
        <SkeletonRows rows={4} />
      </Card>
    );
  }
  if (!call.data) return <Failure error={call.error} onRetry={call.refetch} />;
  const { live, label, tone } = callKind(call.data);
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <Card title={words.rehearsal} action={live ? undefined : again}>
        <div className="flex flex-col gap-4">
          <p role="status">
            <Badge tone={tone} dot={live}>
              {label}
            </Badge>
            {!live && <span className="sr-only"> {words.over}</span>}
          </p>
          <dl className="grid grid-cols-2 gap-x-4 gap-y-3 text-sm">
            <Line label={words.owner}>{names.member(call.data.owner_id)}</Line>
            <Line label={words.agent}>{names.agent(call.data)}</Line>
            <Line label={words.lasted}>
              {live ? <LiveTime since={call.data.started_at} /> : duration(call.data.handling_time_seconds)}
            </Line>
            <Line label={words.rating}>
              {call.data.customer_satisfaction == null
                ? words.unrated
                : words.stars(call.data.customer_satisfaction)}
            </Line>
          </dl>
          {!live && (
            <p className="text-sm text-ink-2">
              {call.data.counted ? words.counted : words.uncounted}{' '}
              <TextLink to={`/calls/${id}`}>{words.see}</TextLink>
            </p>
          )}
          {live && away && (
            <p role="status" className="rounded-sm bg-fair-soft px-3 py-2 text-sm text-fair-text">
              {words.away}
            </p>
          )}
        </div>
      </Card>
      <Card title={words.transcript} body="flush">
        <div className="min-h-48">
          <Transcript turns={call.data.transcript} zone={zone} live={live} />
        </div>
      </Card>
    </div>
  );
}

function Line({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-3">{label}</dt>
      <dd className="tabular font-medium text-ink wrap-anywhere">{children}</dd>
    </div>
  );
}

/** Whether something has been waited for too long. */
function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false);
  const since = useRef(Date.now());
  useEffect(() => {
    if (!waiting) return;
    const left = since.current + LATE_MS - Date.now();
    const timer = setTimeout(() => setLate(true), Math.max(0, left));
    return () => clearTimeout(timer);
  }, [waiting]);
  return waiting && late;
}
