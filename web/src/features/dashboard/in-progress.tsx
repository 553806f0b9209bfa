import { useQuery } from '@tanstack/react-query';
import { PhoneCall } from 'lucide-react';
import { agentsQuery } from '../../api/agents';
import { liveCallsQuery } from '../../api/calls';
import { membersQuery, nameOf } from '../../api/team';
import type { Call } from '../../api/types';
import { duration } from '../../lib/format';
import { useNow } from '../../lib/use-now';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { Empty, Failure, SkeletonRows } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { copy } from './copy';

/** More are on the live page. */
const MOST = 6;

/** Calls that are on. A part of the page: it fails by itself. */
export function InProgress({ has }: { has: (path: string) => boolean }) {
  const calls = useQuery(liveCallsQuery);
  const list = calls.data;
  return (
    <Card
      title={copy.progress}
      note={list && list.length > 0 ? copy.running(list.length) : undefined}
      body="flush"
      action={has('/live') && <TextLink to="/live">{copy.console}</TextLink>}
    >
      {calls.isPending && (
        <div className="px-5 pb-5">
          <SkeletonRows rows={3} />
        </div>
      )}
      {calls.isError && !list && <Failure error={calls.error} onRetry={calls.refetch} />}
      {list?.length === 0 && (
        <Empty icon={<PhoneCall />} title={copy.noCalls}>
          {copy.noCallsNote}
        </Empty>
      )}
      <ul>
        {list?.slice(0, MOST).map((call) => (
          <li key={call.id} className="border-t border-line">
            {has('/calls') ? (
              <TextLink to={`/calls/${call.id}`} look="row">
                <CallLine call={call} />
              </TextLink>
            ) : (
              <CallLine call={call} />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function CallLine({ call }: { call: Call }) {
  const members = useQuery(membersQuery).data ?? [];
  const agent = useQuery(agentsQuery).data?.find((one) => one.agent_id === call.agent_id);
  const now = useNow();
  return (
    <span className="flex flex-wrap items-center gap-x-6 gap-y-1 px-5 py-2.5">
      <span className="tabular w-36 font-medium">{call.caller_number ?? copy.unknown}</span>
      <span className="min-w-0 flex-1 truncate text-ink-2">{agent?.name ?? call.agent_type}</span>
      <span className="text-sm text-ink-3">{nameOf(members, call.owner_id)}</span>
      {call.escalated && <Badge tone="fair">{copy.person}</Badge>}
      <span className="tabular w-12 text-right">{duration((now - Date.parse(call.started_at)) / 1000)}</span>
    </span>
  );
}
