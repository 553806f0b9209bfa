import type { Schema } from '../../api/types';
import { count, day, duration, percent, weekday } from '../../lib/format';
import type { Bar } from '../../ui/bar-trend';
import { figures } from './copy';

/** One bar of success for each day. A day without calls has none at all; a day
 * whose outcomes are not known yet is empty and says so. */
export function trendBars(trend: readonly Schema<'TrendDay'>[]): Bar[] {
  const short = trend.length <= 7;
  return trend.map((line) => ({
    key: line.day,
    label: short ? weekday(line.day) : day(line.day).split(' ').slice(1).join(' '),
    title: day(line.day),
    parts: partsOf(line),
    lines: linesOf(line),
  }));
}

function partsOf(line: Schema<'TrendDay'>): Bar['parts'] {
  if (!line.has_calls) return null;
  if (line.success_rate == null) return [];
  return [{ name: figures.parts.success, value: line.success_rate, tone: 'accent' }];
}

function linesOf(line: Schema<'TrendDay'>): string[] {
  const calls = line.calls === 1 ? '1 call' : `${count(line.calls)} calls`;
  const success = line.success_rate == null ? figures.unknown : `${percent(line.success_rate)} success`;
  const time = line.avg_handling_time == null ? undefined : `${duration(line.avg_handling_time)} average`;
  return [success, calls, time].filter((part) => part !== undefined);
}
