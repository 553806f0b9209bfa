import { count } from '../../lib/format';
import type { Tone } from '../../lib/score';

export interface Delta {
  arrow: '↑' | '↓' | '→';
  words: string;
  tone: Tone;
}

interface Words {
  more: string;
  less: string;
  /** Which way is better; neither for how much there is to do. */
  better: 'more' | 'less' | 'neither';
}

/** How a count or a duration moved, in percent of what it was. */
export function relative(
  now: number | null | undefined,
  then: number | null | undefined,
  words: Words,
): Delta | null {
  if (now == null || !then) return null;
  return said(Math.round(((now - then) / then) * 100), (by) => `${count(by)}%`, words);
}

/** How a percentage moved, in points. */
export function points(
  now: number | null | undefined,
  then: number | null | undefined,
  words: Words,
): Delta | null {
  if (now == null || then == null) return null;
  return said(Math.round(now) - Math.round(then), (by) => `${by} ${by === 1 ? 'point' : 'points'}`, words);
}

/** How a rating moved, in its own unit. */
export function tenths(
  now: number | null | undefined,
  then: number | null | undefined,
  words: Words,
): Delta | null {
  if (now == null || then == null) return null;
  return said(Math.round((now - then) * 10) / 10, (by) => by.toFixed(1), words);
}

function said(by: number, show: (by: number) => string, { more, less, better }: Words): Delta {
  if (by === 0) return { arrow: '→', words: 'the same', tone: 'neutral' };
  const up = by > 0;
  const good = better === (up ? 'more' : 'less');
  const tone = better === 'neither' ? 'neutral' : good ? 'good' : 'poor';
  return { arrow: up ? '↑' : '↓', words: `${show(Math.abs(by))} ${up ? more : less}`, tone };
}
