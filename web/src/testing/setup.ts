import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

/** The stream of a test: nothing comes until the test says so. */
class SilentEventSource extends EventTarget {
  static readonly CLOSED = 2;
  readyState = 0;
  onopen: unknown = null;
  onerror: unknown = null;
  close(): void {
    this.readyState = SilentEventSource.CLOSED;
  }
}

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 15_000 });

beforeEach(() => {
  vi.stubGlobal('EventSource', SilentEventSource);
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
