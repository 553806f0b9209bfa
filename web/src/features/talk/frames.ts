/** What the server sends over a talk's socket. */
export type FromServer =
  | { kind: 'media'; samples: Int16Array }
  | { kind: 'mark'; name: string }
  | { kind: 'clear' };

const STREAM = 'browser';

/** One frame of the carriers' protocol as text; times are what the line has played. */
export class Frames {
  private sequence = 0;
  private chunk = 0;

  constructor(
    private readonly callId: string,
    private readonly rate: number,
  ) {}

  start(): string {
    return this.frame('start', {
      start: {
        stream_sid: STREAM,
        call_sid: `talk-${this.callId}`,
        media_format: { sample_rate: this.rate },
      },
    });
  }

  media(samples: Int16Array): string {
    const timestamp = Math.round((this.chunk * samples.length * 1000) / this.rate);
    this.chunk += 1;
    return this.frame('media', {
      media: { chunk: this.chunk, timestamp, payload: toBase64(samples) },
    });
  }

  key(digit: string): string {
    return this.frame('dtmf', { dtmf: { digit, duration: 100 } });
  }

  mark(name: string): string {
    return this.frame('mark', { mark: { name } });
  }

  stop(): string {
    return this.frame('stop', { stop: { call_sid: `talk-${this.callId}`, reason: 'callended' } });
  }

  private frame(event: string, body: object): string {
    this.sequence += 1;
    return JSON.stringify({ event, sequence_number: this.sequence, stream_sid: STREAM, ...body });
  }
}

/** A frame of the server; what is not understood is nothing. */
export function parse(text: string): FromServer | undefined {
  let frame: { event?: unknown; media?: { payload?: unknown }; mark?: { name?: unknown } };
  try {
    frame = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (frame.event === 'clear') return { kind: 'clear' };
  if (frame.event === 'mark' && typeof frame.mark?.name === 'string') {
    return { kind: 'mark', name: frame.mark.name };
  }
  if (frame.event !== 'media' || typeof frame.media?.payload !== 'string') return undefined;
  const samples = fromBase64(frame.media.payload);
  return samples && { kind: 'media', samples };
}

// Little-endian on the wire whatever the machine is.
export function toBase64(samples: Int16Array): string {
  const view = new DataView(new ArrayBuffer(samples.length * 2));
  for (const [at, sample] of samples.entries()) view.setInt16(at * 2, sample, true);
  return btoa(String.fromCharCode(...new Uint8Array(view.buffer)));
}

export function fromBase64(text: string): Int16Array | undefined {
  let bytes: string;
  try {
    bytes = atob(text);
  } catch {
    return undefined;
  }
  const view = new DataView(Uint8Array.from(bytes, (one) => one.charCodeAt(0)).buffer);
  return Int16Array.from({ length: Math.floor(bytes.length / 2) }, (_, at) => view.getInt16(at * 2, true));
}

/** How loud samples are, 0-1, for the meter: a whisper is to be seen too. */
export function loudness(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length)) / 32_768;
  const decibels = 20 * Math.log10(Math.max(rms, 1e-6));
  return Math.max(0, Math.min(1, (decibels + 60) / 50));
}
