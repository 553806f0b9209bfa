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

  it('has everything read again on each opening, the first of a successor included', () => {
    vi.stubGlobal('EventSource', Source);
    vi.stubGlobal('BroadcastChannel', undefined);
    const heard: [Link, boolean][] = [];
    const onLink = (link: Link, fresh: boolean) => heard.push([link, fresh]);
    const close = listen('user', { onEvent: () => {}, onLink });
    const [source] = Source.all;
    source?.onopen?.();
    source?.onerror?.();
    source?.onopen?.();
    expect(heard).toEqual([
      ['live', true],
      ['lost', false],
      ['live', true],
    ]);
    close();
    expect(source?.readyState).toBe(Source.CLOSED);
  });
});
