import { useMemo } from 'react';
import type { Schema } from '../../api/types';
import { BarTrend } from '../../ui/bar-trend';
import { Card } from '../../ui/card';
import { figures } from './copy';
import { trendBars } from './trend';

export function TrendCard({ performance }: { performance: Schema<'Performance'> }) {
  const bars = useMemo(() => trendBars(performance.trend), [performance.trend]);
  const gaps = performance.trend.some((line) => !line.has_calls);
  return (
    <Card
      title={figures.trend}
      note={figures.period(performance.days)}
      action={
        gaps && (
          <span className="flex items-center gap-1.5 text-xs text-ink-3">
            <span aria-hidden className="h-2.5 w-3.5 rounded-sm border border-dashed border-control" />
            {figures.noDayLegend}
          </span>
        )
      }
    >
      <BarTrend
        label={`${figures.trend}, ${figures.period(performance.days).toLowerCase()}`}
        bars={bars}
        max={100}
        tick={(value) => `${value}%`}
        height={168}
        nothing={figures.noDay}
      />
    </Card>
  );
}
