import type { Schema } from '../../api/types';
import type { Bar } from '../../ui/bar-trend';
import { copy } from './copy';

/** The hours worth showing: office hours, and more where calls came. The hours
 * to come are empty, which is not the same as 0. */
export function hourBars(hours: readonly Schema<'Hour'>[], nowHour: number): Bar[] {
  const busy = hours.filter((hour) => hour.calls > 0).map((hour) => hour.hour);
  const [first, last] = [Math.min(8, nowHour, ...busy), Math.max(19, nowHour, ...busy)];
  return hours
    .filter(({ hour }) => hour >= first && hour <= last)
    .map(({ hour, calls, escalated }) => {
      const two = (n: number) => String(n).padStart(2, '0');
      const alone = calls - escalated;
      return {
        key: String(hour),
        label: `${two(hour)}:00`,
        title: `${two(hour)}:00 to ${two((hour + 1) % 24)}:00`,
        parts:
          hour > nowHour
            ? []
            : [
                { name: copy.agent, value: alone, tone: 'accent' as const },
                { name: copy.person, value: escalated, tone: 'fair' as const },
              ],
        lines: hour > nowHour ? [copy.notYet] : [`${copy.agent}: ${alone}`, `${copy.person}: ${escalated}`],
      };
    });
}

/** The hour of the clock in the client's zone. */
export function hourIn(zone: string, at: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).format(new Date(at));
  return Number.parseInt(parts, 10);
}
