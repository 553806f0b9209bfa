import type { Event } from './types';

/** How the browser hears of changes. */
export type Link = 'connecting' | 'live' | 'lost';

/** What one tab tells the others. */
type Message =
  | { kind: 'event'; event: Event; id: number }
  | { kind: 'link'; link: Link; fresh: boolean; newest: number }
  | { kind: 'hello' };

interface Handlers {
  onEvent: (event: Event) => void;
  /** `fresh` when events may have been missed: read everything again. */
  onLink: (link: Link, fresh: boolean) => void;
}

const URL_PATH = '/api/events';
const RETRY_MS = 2_000;

/** Listens to the live stream until the returned function is called. What the page
 * holds was read after the event `since`, so the stream begins there and nothing
 * has to be read twice; without it, all of it is read again.
 *
 * Browsers open about six connections to a host over HTTP/1.1 and all tabs
 * share them, so one tab, the holder of a Web Lock, has the stream and passes
 * everything on. When it closes, the lock goes to another. */
export function listen(who: string, handlers: Handlers, since?: number): () => void {
  const stop = new AbortController();
  if (!navigator.locks || typeof BroadcastChannel === 'undefined') {
    // Plain http beyond loopback has no locks: a stream for each tab.
    const close = openStream((message) => deliver(message, handlers), since);
    return close;
  }
  // Named after the person and the client, so that tabs with another login
  // never hear what is not theirs.
  const name = `caly.stream.${who}`;
  const channel = new BroadcastChannel(name);
  let leading = false;
  let followed = false;
  let link: Link = 'connecting';
  // The newest event that this tab knows to be in what it holds.
  let newest = since ?? -1;
  const send = (message: Message) => {
    if (message.kind === 'link') link = message.link;
    if (message.kind === 'event') newest = message.id;
    deliver(message, handlers);
    channel.postMessage(message);
  };
  const follow = (message: Message) => {
    followed = true;
    if (message.kind === 'event') newest = message.id;
    // The leader had events before this tab could hear them.
    const missed = message.kind === 'link' && message.newest > newest;
    deliver(missed ? { ...message, fresh: true } : message, handlers);
    if (missed) newest = message.newest;
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind !== 'hello') follow(data);
    else if (leading) channel.postMessage({ kind: 'link', link, fresh: false, newest } satisfies Message);
  };
  channel.postMessage({ kind: 'hello' } satisfies Message);
  navigator.locks
    .request(name, { signal: stop.signal }, () => {
      // The lock can be granted just before the end, and abort comes no second
      // time: the stream would stay open and its lock with it.
      if (stop.signal.aborted) return;
      leading = true;
      // A successor reads all again: its leader may have gone with an event untold.
      const close = openStream(send, followed ? undefined : since);
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

/** One EventSource that comes back by itself. It begins after the event `since`;
 * without that, and each time that it comes back, what the page holds may lack
 * what happened in between. */
function openStream(send: (message: Message) => void, since?: number): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let fresh = since === undefined;
  let newest = since ?? -1;
  const tell = (link: Link, again: boolean) => send({ kind: 'link', link, fresh: again, newest });
  const connect = () => {
    source = new EventSource(newest < 0 ? URL_PATH : `${URL_PATH}?after=${newest}`);
    source.onopen = () => {
      tell('live', fresh);
      fresh = true;
    };
    source.onerror = () => {
      fresh = true;
      tell('lost', false);
      // Refused rather than cut: the browser gives up, so we come back.
      if (source?.readyState === EventSource.CLOSED) retry(RETRY_MS);
    };
    for (const type of EVENT_TYPES) source.addEventListener(type, onMessage);
  };
  const onMessage = ({ data, lastEventId }: MessageEvent<string>) => {
    const event = parse(data);
    newest = Number(lastEventId);
    if (event) send({ kind: 'event', event, id: newest });
  };
  const retry = (after: number) => {
    clearTimeout(timer);
    source?.close();
    timer = setTimeout(connect, after);
  };
  // The machine knows before the connection does.
  const onOffline = () => {
    fresh = true;
    tell('lost', false);
  };
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
