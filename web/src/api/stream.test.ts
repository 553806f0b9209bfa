import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Link, listen } from './stream';

/** What a browser's EventSource does, told by hand. */
class Source extends EventTarget {
  static all: Source[] = [];
  static readonly CLOSED = 2;
  readyState = 0;
  onopen?: () => void;
  onerror?: () => void;
  constructor(readonly url: string) {
    super();
    Source.all.push(this);
  }
  close() {
    this.readyState = Source.CLOSED;
  }
}

describe('listen', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    Source.all = [];
  });

  const heardFrom = (since?: number) => {
    vi.stubGlobal('EventSource', Source);
    vi.stubGlobal('BroadcastChannel', undefined);
    const heard: [Link, boolean][] = [];
    const close = listen('user', { onEvent: () => {}, onLink: (...said) => heard.push(said) }, since);
    const source = Source.all[0];
    if (!source) throw new Error('no stream was opened');
    return { heard, close, source };
  };

  it('has everything read again on each opening when nobody says what the page holds', () => {
    const { heard, close, source } = heardFrom();
    expect(source.url).toBe('/api/events');
    source.onopen?.();
    source.onerror?.();
    source.onopen?.();
    expect(heard).toEqual([
      ['live', true],
      ['lost', false],
      ['live', true],
    ]);
    close();
    expect(source.readyState).toBe(Source.CLOSED);
  });

  it('begins after what the page holds, and has it read again only when the stream was away', () => {
    const { heard, close, source } = heardFrom(41);
    expect(source.url).toBe('/api/events?after=41');
    source.onopen?.();
    source.onerror?.();
    source.onopen?.();
    expect(heard).toEqual([
      ['live', false],
      ['lost', false],
      ['live', true],
    ]);
    close();
  });

  it('has it read again when the tab that has the stream knew of more', async () => {
    vi.stubGlobal('EventSource', Source);
    const held = vi.fn(() => new Promise(() => {}));
    vi.stubGlobal('navigator', { locks: { request: held } });
    const heard: [Link, boolean][] = [];
    const close = listen('user', { onEvent: () => {}, onLink: (...said) => heard.push(said) }, 41);
    const leader = new BroadcastChannel('caly.stream.user');
    for (const newest of [41, 43, 43])
      leader.postMessage({ kind: 'link', link: 'live', fresh: false, newest });
    await vi.waitFor(() => expect(heard).toHaveLength(3));
    expect(heard.map(([, fresh]) => fresh)).toEqual([false, true, false]);
    leader.close();
    close();
  });
});
