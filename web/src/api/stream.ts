import type { Event } from './types';

/** How the browser hears of changes. */
export type Link = 'connecting' | 'live' | 'lost';

/** What one tab tells the others. */
type Message =
  | { kind: 'event'; event: Event }
  | { kind: 'link'; link: Link; fresh: boolean }
  | { kind: 'hello' };

interface Handlers {
  onEvent: (event: Event) => void;
  /** `fresh` when events may have been missed: read everything again. */
  onLink: (link: Link, fresh: boolean) => void;
}

const URL_PATH = '/api/events';
const RETRY_MS = 2_000;

/** Listens to the live stream until the returned function is called.
 *
 * Browsers open about six connections to a host over HTTP/1.1 and all tabs
 * share them, so one tab, the holder of a Web Lock, has the stream and passes
 * everything on. When it closes, the lock goes to another. */
export function listen(who: string, handlers: Handlers): () => void {
  const stop = new AbortController();
  if (!navigator.locks || typeof BroadcastChannel === 'undefined') {
    // Plain http beyond loopback has no locks: a stream for each tab.
    const close = openStream((message) => deliver(message, handlers));
    return close;
  }
  // Named after the person and the client, so that tabs with another login
  // never hear what is not theirs.
  const name = `caly.stream.${who}`;
  const channel = new BroadcastChannel(name);
  let leading = false;
  let link: Link = 'connecting';
  const send = (message: Message) => {
    if (message.kind === 'link') link = message.link;
    deliver(message, handlers);
    channel.postMessage(message);
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind !== 'hello') deliver(data, handlers);
    else if (leading) channel.postMessage({ kind: 'link', link, fresh: false } satisfies Message);
  };
  channel.postMessage({ kind: 'hello' } satisfies Message);
  navigator.locks
    .request(name, { signal: stop.signal }, () => {
      // The lock can be granted just before the end, and abort comes no second
      // time: the stream would stay open and its lock with it.
      if (stop.signal.aborted) return;
      leading = true;
      const close = openStream(send);
      return new Promise<void>((done) => {
        stop.signal.addEventListener('abort', () => {
          close();
          done();
        });
      });
    })
    .catch(() => {
      // Aborted while it waited for the lock: nothing was opened.
    });
  return () => {
    stop.abort();
    channel.close();
  };
}

function deliver(message: Message, { onEvent, onLink }: Handlers): void {
  if (message.kind === 'event') onEvent(message.event);
  if (message.kind === 'link') onLink(message.link, message.fresh);
}

/** One EventSource that comes back by itself. */
function openStream(send: (message: Message) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    source = new EventSource(URL_PATH);
    source.onopen = () => {
      // Also the first time: what this page read before, or another tab's
      // stream told before it closed, may lack what happened in between.
      send({ kind: 'link', link: 'live', fresh: true });
    };
    source.onerror = () => {
      send({ kind: 'link', link: 'lost', fresh: false });
      // Refused rather than cut: the browser gives up, so we come back.
      if (source?.readyState === EventSource.CLOSED) retry(RETRY_MS);
    };
    for (const type of EVENT_TYPES) source.addEventListener(type, onMessage);
  };
  const onMessage = ({ data }: MessageEvent<string>) => {
    const event = parse(data);
    if (event) send({ kind: 'event', event });
  };
  const retry = (after: number) => {
    clearTimeout(timer);
    source?.close();
    timer = setTimeout(connect, after);
  };
  // The machine knows before the connection does.
  const onOffline = () => send({ kind: 'link', link: 'lost', fresh: false });
  const onOnline = () => retry(0);
  addEventListener('offline', onOffline);
  addEventListener('online', onOnline);
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
    removeEventListener('offline', onOffline);
    removeEventListener('online', onOnline);
  };
}

// Named events do not arrive at `onmessage`. The type makes the list complete.
const NAMES: Record<Event['type'], true> = {
  'call.started': true,
  'call.turn': true,
  'call.agent_switched': true,
  'call.escalated': true,
  'call.rescue': true,
  'call.completed': true,
  'standing.changed': true,
  'member.changed': true,
  'task.changed': true,
  reset: true,
};
const EVENT_TYPES = Object.keys(NAMES) as Event['type'][];

function parse(data: string): Event | undefined {
  try {
    return JSON.parse(data) as Event;
  } catch {
    // Half an event is none; the next look at the server mends what is missing.
    return undefined;
  }
}
