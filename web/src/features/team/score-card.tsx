import type { ReactNode } from 'react';
import type { Schema } from '../../api/types';
import { percent } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { Meter } from '../../ui/meter';
import { ScoreRing } from '../../ui/score-ring';
import { figures } from './copy';
import { Stars } from './stars';

/** The score with its three parts, and how sure it is. */
export function ScoreCard({ performance }: { performance: Schema<'Performance'> }) {
  const { score, calls_known: known, performance_score: value } = performance;
  return (
    <Card
      title={figures.score}
      note={figures.period(performance.days)}
      action={score.provisional && value != null && <Badge>{figures.provisional(known)}</Badge>}
    >
      <div className="flex flex-wrap items-center gap-x-7 gap-y-5">
        <ScoreRing score={value} band={score.band} provisional={score.provisional} size="lg" />
        <div className="flex min-w-52 flex-1 flex-col gap-3.5">
          <Part
            name={figures.parts.success}
            weight={60}
            value={score.success}
            missing={figures.noPart.success}
          >
            {percent(score.success)}
          </Part>
          <Part
            name={figures.parts.satisfaction}
            weight={30}
            value={score.satisfaction}
            missing={figures.noPart.satisfaction}
          >
            <Stars value={performance.avg_rating ?? 0} />
          </Part>
          <Part name={figures.parts.speed} weight={10} value={score.speed} missing={figures.noPart.speed}>
            {figures.speed(percent(score.speed))}
          </Part>
        </div>
      </div>
      {value == null ? (
        <p className="mt-4 text-sm text-ink-3">{figures.noCallsNote}</p>
      ) : (
        <Interval score={score} />
      )}
    </Card>
  );
}

interface PartProps {
  name: string;
  weight: number;
  value: number | null | undefined;
  missing: string;
  children: ReactNode;
}

function Part({ name, weight, value, missing, children }: PartProps) {
  return (
    <div>
      <p className="mb-1.5 flex items-baseline justify-between gap-3 text-sm">
        <span className="text-ink-2">
          {name} <span className="tabular text-ink-3">{figures.weight(weight)}</span>
        </span>
        {value == null ? (
          <span className="text-ink-3">{missing}</span>
        ) : (
          <span className="tabular font-medium">{children}</span>
        )}
      </p>
      <Meter value={value} />
    </div>
  );
}

/** Where the true score lies with 90 % certainty, as a piece of the scale. */
function Interval({ score }: { score: Schema<'ScoreView'> }) {
  const [low, high] = score.interval ?? [];
  if (low === undefined || high === undefined || score.estimate == null) return null;
  const words = figures.interval(Math.round(low), Math.round(high));
  return (
    <div className="mt-5 border-t border-line pt-3.5">
      <div aria-hidden className="relative h-1.5 rounded-full bg-track">
        <span
          className="absolute inset-y-0 rounded-full bg-control"
          style={{ left: `${low}%`, width: `${Math.max(1, high - low)}%` }}
        />
        <span
          className="absolute -inset-y-1 w-0.5 -translate-x-1/2 rounded-full bg-ink"
          style={{ left: `${score.estimate}%` }}
        />
      </div>
      <p className="tabular mt-2 text-sm text-ink-2">
        {figures.estimate(Math.round(score.estimate))}, {words}
      </p>
    </div>
  );
}
