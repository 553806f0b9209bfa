import type { Schema } from '../../api/types';
import { duration, moment, time } from '../../lib/format';
import { Card } from '../../ui/card';
import { copy, rescueEnd, whyNot } from './copy';

interface Props {
  rescue: Schema<'Rescue'>;
  memberName: (id: number) => string;
  zone: string;
}

/** Who was rung, in order, and how it ended. */
export function RescueCard({ rescue, memberName, zone }: Props) {
  const ended = rescue.ended ? rescueEnd[rescue.ended] : undefined;
  const talk = rescue.talk_seconds != null && rescue.talk_seconds > 0;
  return (
    <Card
      title={copy.rescue}
      note={
        <>
          Asked for {moment(rescue.asked_at, zone)}. {ended}
          {rescue.pickup_seconds != null && ` Picked up after ${duration(rescue.pickup_seconds)}.`}
          {talk && ` They talked for ${duration(rescue.talk_seconds)}.`}
        </>
      }
      body="flush"
    >
      <ol className="pb-2">
        {rescue.attempts.map((attempt) => (
          <li
            key={`${attempt.member_id}-${attempt.claimed_at}`}
            className="flex flex-wrap gap-x-4 gap-y-1 border-t border-line px-5 py-2.5 text-sm"
          >
            <time dateTime={attempt.claimed_at} className="tabular w-12 text-ink-3">
              {time(attempt.claimed_at, zone)}
            </time>
            <span className="min-w-0 flex-1 truncate font-medium">{memberName(attempt.member_id)}</span>
            <span className="text-ink-3">
              {attempt.answered_at ? 'Answered' : attempt.why ? whyNot[attempt.why] : 'Ringing'}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
