import { useQuery } from '@tanstack/react-query';
import { PhoneCall } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { callQuery, liveCallsQuery } from '../../api/calls';
import { type Names, useNames } from '../../api/names';
import { useMe } from '../../api/session';
import type { Call } from '../../api/types';
import { callKind } from '../../lib/call-kind';
import { cn } from '../../lib/cn';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { LiveTime } from '../../ui/live-time';
import { Page } from '../../ui/page';
import { Empty, Failure, SkeletonRows } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { Transcript } from '../../ui/transcript';
import { copy } from './copy';

/** A call that ended stays this long as a link, ms. */
const FADE_MS = 20_000;

interface Props {
  /** The call that is read along, from the URL. */
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

/** Calls in progress, and one of them as it is spoken. */
export function LiveView({ chosen, onChoose }: Props) {
  const names = useNames();
  const calls = useQuery(liveCallsQuery);
  const list = calls.data ?? [];
  const gone = useGone(calls.data);
  const shown = chosen ?? list[0]?.id;
  return (
    <Page title={copy.liveTitle} note={copy.liveNote} width="full">
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(20rem,2fr)_minmax(0,3fr)]">
        <Card body="flush">
          {calls.isPending && (
            <div className="p-5">
              <SkeletonRows rows={3} />
            </div>
          )}
          {calls.isError && !calls.data && <Failure error={calls.error} onRetry={calls.refetch} />}
          {calls.isSuccess && list.length === 0 && gone.length === 0 && (
            <Empty icon={<PhoneCall />} title={copy.quiet}>
              {copy.quietNote}
            </Empty>
          )}
          <ul aria-label={copy.liveTitle}>
            {list.map((call) => (
              <li key={call.id} className="border-b border-line last:border-0">
                <LiveRow call={call} names={names} chosen={call.id === shown} onChoose={onChoose} />
              </li>
            ))}
            {gone.map((call) => (
              <li key={call.id} className="border-b border-line opacity-70 last:border-0">
                <TextLink to={`/calls/${call.id}`} look="row">
                  <span className="flex items-center gap-3 px-5 py-3 text-sm text-ink-3">
                    <span className="tabular flex-1">{call.caller_number ?? copy.unknown}</span>
                    {copy.gone}
                    <span className="font-semibold text-accent-text">{copy.seeCall}</span>
                  </span>
                </TextLink>
              </li>
            ))}
          </ul>
        </Card>
        {shown ? (
          <ReadAlong key={shown} id={shown} />
        ) : (
          <Card>
            <p className="py-8 text-center text-sm text-ink-3">{copy.choose}</p>
          </Card>
        )}
      </div>
    </Page>
  );
}

interface RowProps {
  call: Call;
  names: Names;
  chosen: boolean;
  onChoose: (id: string) => void;
}

function LiveRow({ call, names, chosen, onChoose }: RowProps) {
  const kind = callKind(call);
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={() => onChoose(call.id)}
      className={cn(
        'flex w-full flex-col gap-1.5 px-5 py-3 text-left -outline-offset-2',
        chosen ? 'bg-hover' : 'hover:bg-hover',
      )}
    >
      <span className="flex w-full items-center gap-3">
        <span className="tabular min-w-0 flex-1 truncate text-base font-medium">
          {call.caller_number ?? copy.unknown}
        </span>
        <span className="tabular text-base text-ink-2">
          <LiveTime since={call.started_at} />
        </span>
      </span>
      <span className="flex w-full items-center gap-3 text-sm text-ink-3">
        <span className="min-w-0 flex-1 truncate">
          {names.agent(call)} · {names.member(call.owner_id)}
        </span>
        <Badge tone={kind.tone} dot>
          {kind.label}
        </Badge>
      </span>
    </button>
  );
}

/** One call's words as they come over the live stream. */
function ReadAlong({ id }: { id: string }) {
  const { zone } = useMe().client;
  const call = useQuery(callQuery(id));
  if (call.isPending) {
    return (
      <Card>
        <SkeletonRows rows={4} />
      </Card>
    );
  }
  if (!call.data) return <Failure error={call.error} onRetry={call.refetch} />;
  const kind = callKind(call.data);
  return (
    <Card
      title={copy.transcript}
      note={kind.live ? undefined : copy.over}
      action={<TextLink to={`/calls/${id}`}>{copy.seeCall}</TextLink>}
      body="flush"
    >
      <div className="min-h-48">
        <Transcript turns={call.data.transcript} zone={zone} live={kind.live} />
      </div>
    </Card>
  );
}

/** Calls that were in the list a moment ago. */
function useGone(calls: readonly Call[] | undefined): readonly Call[] {
  const before = useRef<readonly Call[]>([]);
  const [gone, setGone] = useState<readonly { call: Call; until: number }[]>([]);
  useEffect(() => {
    if (!calls) return;
    const here = new Set(calls.map((call) => call.id));
    const left = before.current.filter((call) => !here.has(call.id));
    before.current = calls;
    if (left.length === 0) return;
    const until = Date.now() + FADE_MS;
    setGone((now) => [...left.map((call) => ({ call, until })), ...now].slice(0, 8));
  }, [calls]);
  useEffect(() => {
    const first = gone.at(-1);
    if (!first) return;
    const timer = setTimeout(
      () => setGone((now) => now.filter((one) => one.until > Date.now())),
      Math.max(0, first.until - Date.now()) + 50,
    );
    return () => clearTimeout(timer);
  }, [gone]);
  return gone.map((one) => one.call);
}
