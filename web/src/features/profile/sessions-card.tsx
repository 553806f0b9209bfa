import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { asApiError } from '../../api/client';
import { useMe } from '../../api/session';
import type { Schema } from '../../api/types';
import { moment } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Confirm } from '../../ui/dialog';
import { toast } from '../../ui/toast';
import { copy } from './copy';
import { deviceName } from './device-name';
import { endAllSessions, endSession, sessionsQuery } from './queries';

/** `onGone` once this browser is signed out as well. */
export function SessionsCard({ onGone }: { onGone: () => void }) {
  const { data: sessions } = useSuspenseQuery(sessionsQuery);
  const [asking, ask] = useState(false);
  const all = useMutation({ mutationFn: endAllSessions, onSuccess: onGone });
  return (
    <Card
      title={copy.sessions}
      body="flush"
      action={
        <Button variant="danger" size="sm" onClick={() => ask(true)}>
          {copy.endEverywhere}
        </Button>
      }
    >
      <ul>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      <Confirm
        open={asking}
        onClose={() => ask(false)}
        title={copy.endEverywhereTitle}
        action={copy.endEverywhere}
        onConfirm={() => all.mutate()}
        pending={all.isPending}
        error={all.error ? asApiError(all.error).message : undefined}
      >
        {copy.endEverywhereNote}
      </Confirm>
    </Card>
  );
}

function SessionRow({ session }: { session: Schema<'Session'> }) {
  const { zone } = useMe().client;
  const queryClient = useQueryClient();
  const end = useMutation({
    mutationFn: () => endSession(session.id),
    onSuccess: () => {
      toast({ title: copy.ended });
      return queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
    onError: (error) => toast({ title: 'Not signed out', description: asApiError(error).message }),
  });
  const name = deviceName(session.user_agent);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line px-5 py-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 text-base font-medium">
          {name}
          {session.current && <Badge tone="good">{copy.here}</Badge>}
        </p>
        <p className="tabular mt-0.5 text-sm text-ink-3">
          {session.client_name} · {session.address ?? 'Unknown address'} · last used{' '}
          {moment(session.seen_at, zone)}
        </p>
      </div>
      {!session.current && (
        <Button
          size="sm"
          pending={end.isPending}
          onClick={() => end.mutate()}
          aria-label={`${copy.end}: ${name}, last used ${moment(session.seen_at, zone)}`}
        >
          {copy.end}
        </Button>
      )}
    </li>
  );
}
