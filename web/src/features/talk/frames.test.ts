import { describe, expect, it } from 'vitest';
import { Frames, fromBase64, loudness, parse, toBase64 } from './frames';

describe('frames of a talk', () => {
  it('carry samples little-endian, there and back', () => {
    const samples = Int16Array.from([0, 1, -1, 256, 32_767, -32_768]);
    expect(toBase64(Int16Array.from([1, -2]))).toBe(btoa('\x01\x00\xfe\xff'));
    expect(fromBase64(toBase64(samples))).toEqual(samples);
    // Half a sample at the end is none.
    expect(fromBase64(btoa('\x01\x00\x07'))).toEqual(Int16Array.from([1]));
    expect(fromBase64('***')).toBeUndefined();
  });

  it('count up and keep the time that was sent', () => {
    const frames = new Frames('c1', 16_000);
    expect(JSON.parse(frames.start())).toMatchObject({
      event: 'start',
      sequence_number: 1,
      stream_sid: 'browser',
      start: { call_sid: 'talk-c1', media_format: { sample_rate: 16_000 } },
    });
    frames.media(new Int16Array(320));
    const second = JSON.parse(frames.media(new Int16Array(320)));
    expect(second).toMatchObject({ sequence_number: 3, media: { chunk: 2, timestamp: 20 } });
    expect(JSON.parse(frames.key('#'))).toMatchObject({ event: 'dtmf', dtmf: { digit: '#' } });
    expect(JSON.parse(frames.mark('t1-2'))).toMatchObject({ mark: { name: 't1-2' } });
    expect(JSON.parse(frames.stop())).toMatchObject({ sequence_number: 6, stop: { call_sid: 'talk-c1' } });
  });

  it('are nothing when they are not understood', () => {
    expect(parse('{"event":"clear","stream_sid":"browser"}')).toEqual({ kind: 'clear' });
    expect(parse('{"event":"mark","mark":{"name":"a"}}')).toEqual({ kind: 'mark', name: 'a' });
    expect(parse(`{"event":"media","media":{"payload":"${btoa('\x01\x00')}"}}`)).toEqual({
      kind: 'media',
      samples: Int16Array.from([1]),
    });
    for (const text of ['', '[]', '{"event":"news"}', '{"event":"media"}', '{"event":"mark","mark":{}}']) {
      expect(parse(text)).toBeUndefined();
    }
  });

  it('are as loud as they are', () => {
    expect(loudness(new Int16Array(320))).toBe(0);
    const voice = Int16Array.from({ length: 320 }, (_, n) => 3_000 * Math.sin(n / 4));
    expect(loudness(voice)).toBeGreaterThan(0.5);
    expect(loudness(new Int16Array(320).fill(32_767))).toBe(1);
    expect(loudness(new Int16Array(0))).toBe(0);
  });
});
