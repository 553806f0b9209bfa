import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { apply } from '../api/events';
import { keys } from '../api/keys';
import { linkNow, setLink, useLink } from '../api/link';
import { meQuery, useMe } from '../api/session';
import { type Link, listen } from '../api/stream';
import type { Event } from '../api/types';
import { cn } from '../lib/cn';

/** Events come in bursts: what they make old is read once after a moment. */
const GATHER_MS = 150;
/** Without the stream, everything on the page is read this often. */
const AWAY_MS = 30_000;

/** Keeps the query cache true while the shell is shown. */
export function LiveUpdates() {
  const queryClient = useQueryClient();
  const { id, client } = useMe();
  useEffect(() => keepTrue(queryClient, `${id}.${client.id}`), [queryClient, id, client.id]);
  return null;
}

/** Says whether what is shown is live. */
export function LiveChip() {
  const state = useLink();
  const live = state === 'live';
  return (
    <span role="status" className="flex items-center gap-2 text-sm text-ink-2">
      <span
        aria-hidden
        className={cn(
          'size-2 rounded-full ring-3',
          live ? 'bg-good ring-good-soft' : 'animate-pulse bg-fair ring-fair-soft',
        )}
      />
      {live ? 'Live' : state === 'lost' ? 'Reconnecting' : 'Connecting'}
    </span>
  );
}

function keepTrue(queryClient: QueryClient, who: string): () => void {
  const read = gatherer(queryClient);
  let away: ReturnType<typeof setInterval> | undefined;
  const onLink = (next: Link, fresh: boolean) => {
    if (fresh) read([[]]);
    // Every try that fails says `lost` again.
    if (linkNow() === next) return;
    setLink(next);
    clearInterval(away);
    if (next === 'lost') {
      away = setInterval(() => read([[]]), AWAY_MS);
      // A refused stream can mean a session that is over; asking says so.
      queryClient.fetchQuery({ ...meQuery, staleTime: 0, retry: false }).catch(() => {});
    }
  };
  const onEvent = (event: Event) => read(apply(queryClient, event));
  const close = listen(who, { onEvent, onLink }, queryClient.getQueryData<number>(keys.since));
  return () => {
    close();
    clearInterval(away);
    setLink('connecting');
  };
}

function gatherer(queryClient: QueryClient): (keys: QueryKey[]) => void {
  const waiting = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (keys) => {
    for (const key of keys) waiting.set(JSON.stringify(key), key);
    if (waiting.size === 0 || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      const due = [...waiting.values()];
      waiting.clear();
      for (const queryKey of due) queryClient.invalidateQueries({ queryKey });
    }, GATHER_MS);
  };
}
