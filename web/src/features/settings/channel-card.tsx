import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useState } from 'react';
import { agentsQuery } from '../../api/agents';
import { channelsQuery, requestsQuery } from '../../api/channels';
import { asApiError } from '../../api/client';
import { sectorName } from '../../api/sectors';
import { may, useMe } from '../../api/session';
import type { Schema } from '../../api/types';
import { moment } from '../../lib/format';
import { carrierCanReach } from '../../lib/reach';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { CopyLine } from '../../ui/copy-line';
import { Confirm } from '../../ui/dialog';
import { Note } from '../../ui/note';
import { Failure } from '../../ui/states';
import { toast } from '../../ui/toast';
import { CarrierDialog } from './carrier-dialog';
import { ChannelDialog } from './channel-dialog';
import { rotateKey } from './mutations';
import { APPLETS, KIND_NOTES, kindName, phoneCopy as words } from './phone-copy';
import { teamsQuery } from './queries';

type Channel = Schema<'Channel'>;

/** `folded` shows the addresses on request: a company of fifty numbers looks
 * for one of them. */
export function ChannelCard({ channel, folded }: { channel: Channel; folded: boolean }) {
  const { role } = useMe();
  const [open, setOpen] = useState<'edit' | 'carrier' | null>(null);
  const [shown, show] = useState(false);
  const hooked = channel.kind !== 'browser' && channel.kind !== 'rehearsal';
  const close = () => setOpen(null);
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          {channel.name}
          <Badge tone={channel.kind === 'phone' ? 'accent' : 'neutral'}>{kindName(channel.kind)}</Badge>
          {!channel.is_active && <Badge tone="fair">Takes no calls</Badge>}
        </span>
      }
      note={
        <>
          {channel.number && <span className="tabular text-ink-2">{channel.number} · </span>}
          {KIND_NOTES[channel.kind]}
        </>
      }
      action={
        <div className="flex flex-wrap gap-2">
          {hooked && folded && (
            <Button
              size="sm"
              aria-label={`${words.urls}: ${channel.name}`}
              aria-expanded={shown}
              onClick={() => show(!shown)}
            >
              {shown ? <ChevronUp aria-hidden /> : <ChevronDown aria-hidden />} {words.urlsShort}
            </Button>
          )}
          {may.own(role) && channel.kind === 'phone' && (
            <Button
              size="sm"
              aria-label={`${words.carrier}: ${channel.name}`}
              onClick={() => setOpen('carrier')}
            >
              {words.carrier}
            </Button>
          )}
          <Button size="sm" aria-label={words.editTitle(channel.name)} onClick={() => setOpen('edit')}>
            {words.edit}
          </Button>
        </div>
      }
    >
      <Facts channel={channel} />
      {hooked && (shown || !folded) && <HookUrls channel={channel} />}
      {open === 'edit' && <ChannelDialog channel={channel} onClose={close} />}
      {open === 'carrier' && <CarrierDialog channel={channel} onClose={close} />}
    </Card>
  );
}

function Facts({ channel }: { channel: Channel }) {
  const { data: agents } = useSuspenseQuery(agentsQuery);
  const { data: teams } = useSuspenseQuery(teamsQuery);
  const agent = agents.find(({ agent_id }) => agent_id === channel.entry_agent_id)?.name;
  const facts: [string, string][] = [
    [words.agent, `${agent ?? `Agent ${channel.entry_agent_id}`}, ${sectorName(channel.sector)}`],
    [words.team, teams.find(({ id }) => id === channel.team_id)?.name ?? `Team ${channel.team_id}`],
  ];
  if (channel.kind === 'phone') {
    facts.push([words.fallback, channel.fallback_number ?? 'None']);
    facts.push([words.carrier, channel.carrier_login_set ? words.carrierSet : words.carrierUnset]);
  }
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5 text-sm">
      {facts.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-ink-3">{label}</dt>
          <dd className="text-ink">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The addresses, and one light for each as its first request arrives. The
 * requests are read again when the stream tells of a call. */
function HookUrls({ channel }: { channel: Channel }) {
  const { role } = useMe();
  const [rotating, rotate] = useState(false);
  const requests = useQuery(requestsQuery(channel.id));
  const lights = requests.data?.applets ?? [];
  const urls = channel.hook_urls;
  const first = lights.some((light) => light.last_at);
  return (
    <div className="mt-5 border-t border-line pt-4">
      <div className="mb-3 flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-60 flex-1">
          <h3 className="text-sm font-semibold">{words.urls}</h3>
          <p className="text-sm text-ink-3">{urls ? words.urlsNote : words.urlsOwner}</p>
        </div>
        {may.own(role) && (
          <Button
            size="sm"
            variant="danger"
            aria-label={`${words.rotate}: ${channel.name}`}
            onClick={() => rotate(true)}
          >
            {words.rotate}
          </Button>
        )}
      </div>
      <p role="status" className="mb-3">
        {requests.data && (
          <Badge dot tone={first ? 'good' : 'fair'}>
            {first ? words.received : words.waiting}
          </Badge>
        )}
      </p>
      {urls && !carrierCanReach(urls.voicebot) && (
        <div className="mb-4">
          <Note>{words.urlsUnreachable}</Note>
        </div>
      )}
      <ul className="flex flex-col gap-3">
        {APPLETS.map((applet) => (
          <li key={applet.key} className="grid gap-x-4 gap-y-1 sm:grid-cols-[11rem_minmax(0,1fr)]">
            <div>
              <p className="text-sm font-medium">{applet.label}</p>
              <Light at={lights.find((light) => light.applet === applet.light)?.last_at} has={applet.light} />
            </div>
            <div className="min-w-0">
              {urls && <CopyLine label={`${applet.label}, ${channel.name}`} text={urls[applet.key]} />}
              <p className="mt-0.5 text-xs text-ink-3">{applet.note}</p>
            </div>
          </li>
        ))}
      </ul>
      {requests.error && <Failure error={requests.error} onRetry={() => requests.refetch()} />}
      <Requests found={requests.data?.requests ?? []} />
      <Rotate channel={channel} open={rotating} onClose={() => rotate(false)} />
    </div>
  );
}

function Light({ at, has }: { at: string | null | undefined; has: string | undefined }) {
  const { zone } = useMe().client;
  if (!has) return null;
  return (
    <p className="text-xs text-ink-3">{at ? `${words.received} ${moment(at, zone)}` : 'Not asked yet'}</p>
  );
}

/** What the carrier sent last, as it came: to see what its flow really does. */
function Requests({ found }: { found: readonly Schema<'CarrierRequest'>[] }) {
  const { zone } = useMe().client;
  return (
    <details className="mt-4 text-sm">
      <summary className="min-h-6 cursor-pointer rounded-sm font-medium text-ink-2 pointer-coarse:py-3">
        {words.recent}
      </summary>
      {found.length === 0 && <p className="mt-2 text-ink-3">{words.noRequests}</p>}
      <ol className="mt-2 flex max-h-96 flex-col gap-2 overflow-y-auto">
        {found.map((request) => (
          <li
            key={`${request.at} ${request.applet} ${request.event} ${request.call_id}`}
            className="rounded-sm bg-sunken px-3 py-2"
          >
            <p className="tabular text-ink-2">
              {moment(request.at, zone)} · {request.applet} {request.event}
            </p>
            <pre className="mt-1 font-mono text-xs wrap-anywhere whitespace-pre-wrap text-ink-2">
              {request.raw}
            </pre>
          </li>
        ))}
      </ol>
    </details>
  );
}

function Rotate({ channel, open, onClose }: { channel: Channel; open: boolean; onClose: () => void }) {
  const queryClient = useQueryClient();
  const rotate = useMutation({
    mutationFn: rotateKey,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey });
      toast({ title: words.rotated });
      onClose();
    },
  });
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title={words.rotateTitle}
      action={words.rotate}
      onConfirm={() => rotate.mutate(channel)}
      pending={rotate.isPending}
      error={rotate.error ? asApiError(rotate.error).message : undefined}
    >
      {words.rotateNote}
    </Confirm>
  );
}
