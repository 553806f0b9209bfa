import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
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

beforeEach(() => {
  vi.stubGlobal('EventSource', SilentEventSource);
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
