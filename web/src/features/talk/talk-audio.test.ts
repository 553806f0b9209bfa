// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Port {
  sent: unknown[];
  postMessage: (what: unknown) => void;
  onmessage?: (event: { data: unknown }) => void;
}

interface Processor {
  port: Port;
  process: (inputs: Float32Array[][], outputs: Float32Array[][]) => boolean;
}

const source = readFileSync('public/talk-audio.js', 'utf8');

/** The file as the audio thread of a machine with this rate runs it. */
function processor(name: 'microphone' | 'loudspeaker', machine: number, line: number): Processor {
  class AudioWorkletProcessor {
    port: Port = {
      sent: [],
      postMessage(what) {
        this.sent.push(what);
      },
    };
  }
  const made = new Map<string, new (options: unknown) => Processor>();
  const register = (as: string, of: new (options: unknown) => Processor) => made.set(as, of);
  new Function('AudioWorkletProcessor', 'registerProcessor', 'sampleRate', source)(
    AudioWorkletProcessor,
    register,
    machine,
  );
  const Made = made.get(name);
  if (!Made) throw new Error(`the file registers no ${name}`);
  return new Made({ processorOptions: { rate: line } });
}

/** Lets the microphone hear `samples` in the blocks that browsers hand over. */
function hear(microphone: Processor, samples: Float32Array): Int16Array[] {
  for (let at = 0; at < samples.length; at += 128) {
    expect(microphone.process([[samples.slice(at, at + 128)]], [[]])).toBe(true);
  }
  return microphone.port.sent as Int16Array[];
}

/** `count` samples out of the loudspeaker, in blocks as well. */
function play(loudspeaker: Processor, count: number): Float32Array {
  const all = new Float32Array(count);
  for (let at = 0; at < count; at += 128) {
    const block = new Float32Array(Math.min(128, count - at));
    expect(loudspeaker.process([], [[block]])).toBe(true);
    all.set(block, at);
  }
  return all;
}

const give = (loudspeaker: Processor, data: Int16Array | string) => loudspeaker.port.onmessage?.({ data });
const constant = (count: number, value: number) => new Float32Array(count).fill(value);
const tone = (count: number, rate: number, hertz: number) =>
  Float32Array.from({ length: count }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz * n) / rate));
const level = (samples: ArrayLike<number>) => {
  let sum = 0;
  for (let n = 0; n < samples.length; n += 1) sum += (samples[n] ?? 0) ** 2;
  return Math.sqrt(sum / samples.length);
};

describe('the microphone of a talk', () => {
  it.each([
    [48_000, 8_000],
    [48_000, 16_000],
    [44_100, 8_000],
    [44_100, 16_000],
    [16_000, 16_000],
    [8_000, 16_000],
  ])('makes frames of 20 ms in time, from %i Hz to %i Hz', (machine, line) => {
    const frames = hear(processor('microphone', machine, line), constant(machine * 4, 0.25));
    // Four seconds are two hundred frames; the last may still be filling.
    expect(frames.length).toBeGreaterThanOrEqual(199);
    expect(frames.length).toBeLessThanOrEqual(200);
    for (const frame of frames) {
      expect(frame).toBeInstanceOf(Int16Array);
      expect(frame).toHaveLength(line / 50);
      expect(Math.abs((frame[0] ?? 0) - 0.25 * 32_767)).toBeLessThan(2);
    }
    // Each is a frame of its own, not the next one's memory.
    expect(new Set(frames.map((frame) => frame.buffer)).size).toBe(frames.length);
  });

  it('keeps speech and takes away what the line cannot carry', () => {
    const heard = (hertz: number) =>
      level(
        hear(processor('microphone', 48_000, 8_000), tone(48_000, 48_000, hertz)).flatMap((frame) => [
          ...frame,
        ]),
      ) / 32_767;
    expect(heard(300)).toBeGreaterThan(0.34);
    expect(heard(300)).toBeLessThan(0.36);
    // A whistle at a multiple of the line's rate would fold down onto speech.
    expect(heard(16_000)).toBeLessThan(0.01);
  });

  it('clips what is too loud instead of wrapping it round', () => {
    const [loud] = hear(processor('microphone', 8_000, 8_000), constant(256, 3));
    const [low] = hear(processor('microphone', 8_000, 8_000), constant(256, -3));
    expect(loud?.[0]).toBe(32_767);
    expect(low?.[0]).toBe(-32_767);
  });

  it('sends silence while nothing is plugged in, so that the line keeps its time', () => {
    const microphone = processor('microphone', 48_000, 8_000);
    for (let block = 0; block < 375; block += 1) expect(microphone.process([[]], [[]])).toBe(true);
    expect(microphone.port.sent).toHaveLength(50);
    expect(level((microphone.port.sent as Int16Array[]).flatMap((frame) => [...frame]))).toBe(0);
  });
});

describe('the loudspeaker of a talk', () => {
  const frame = (value: number) => new Int16Array(160).fill(value);

  it('begins with 80 ms in hand, and is silent before', () => {
    const loudspeaker = processor('loudspeaker', 8_000, 8_000);
    for (let n = 0; n < 3; n += 1) give(loudspeaker, frame(8_192));
    expect(level(play(loudspeaker, 256))).toBe(0);
    give(loudspeaker, frame(8_192));
    const heard = play(loudspeaker, 640);
    expect(Math.min(...heard)).toBeCloseTo(0.25);
    expect(Math.max(...heard)).toBeCloseTo(0.25);
    // All of it was played: then nothing, and a late frame waits for company again.
    expect(level(play(loudspeaker, 128))).toBe(0);
    give(loudspeaker, frame(8_192));
    expect(level(play(loudspeaker, 128))).toBe(0);
  });

  it('plays in order at the machine’s rate, without a step between frames', () => {
    const loudspeaker = processor('loudspeaker', 48_000, 8_000);
    const samples = Int16Array.from({ length: 800 }, (_, n) => n * 20);
    for (let at = 0; at < 800; at += 160) give(loudspeaker, samples.slice(at, at + 160));
    const heard = play(loudspeaker, 4_700);
    let steepest = 0;
    for (let n = 1; n < heard.length; n += 1) {
      const step = ((heard[n] ?? 0) - (heard[n - 1] ?? 0)) * 32_768;
      expect(step).toBeGreaterThanOrEqual(-0.01);
      steepest = Math.max(steepest, step);
    }
    // A sixth of the way between two samples, at the seams of frames as well.
    expect(steepest).toBeLessThanOrEqual(20 / 6 + 0.01);
    expect((heard[3_000] ?? 0) * 32_768).toBeCloseTo(500 * 20, -2);
  });

  it('says a mark when everything before it was played, and not sooner', () => {
    const loudspeaker = processor('loudspeaker', 8_000, 8_000);
    for (let n = 0; n < 4; n += 1) give(loudspeaker, frame(1_000));
    give(loudspeaker, 't1');
    play(loudspeaker, 600);
    expect(loudspeaker.port.sent).toEqual([]);
    play(loudspeaker, 128);
    expect(loudspeaker.port.sent).toEqual(['t1']);
  });

  it('says a mark behind little sound too: nothing more may come', () => {
    const loudspeaker = processor('loudspeaker', 8_000, 8_000);
    give(loudspeaker, frame(1_000));
    give(loudspeaker, 't2');
    expect(level(play(loudspeaker, 160))).toBeGreaterThan(0);
    play(loudspeaker, 128);
    expect(loudspeaker.port.sent).toEqual(['t2']);
  });

  it('drops what was not played when the caller cuts in, marks included', () => {
    const loudspeaker = processor('loudspeaker', 8_000, 8_000);
    for (let n = 0; n < 10; n += 1) give(loudspeaker, frame(8_192));
    give(loudspeaker, 't3');
    expect(level(play(loudspeaker, 256))).toBeGreaterThan(0);
    give(loudspeaker, 'clear');
    expect(level(play(loudspeaker, 2_000))).toBe(0);
    expect(loudspeaker.port.sent).toEqual([]);
    // What comes afterwards is heard from its beginning.
    for (let n = 0; n < 4; n += 1) give(loudspeaker, frame(16_384));
    expect(Math.min(...play(loudspeaker, 600))).toBeCloseTo(0.5);
  });
});
