import { ArrowDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Schema } from '../api/types';
import { cn } from '../lib/cn';
import { time } from '../lib/format';
import { Button } from './button';
import { Empty } from './states';

type Turn = Schema<'Turn'>;

/** This near to the end counts as at the end, px. */
const NEAR = 48;

const copy = {
  transcript: 'Transcript',
  noTranscript: 'No words',
  noTranscriptNote: 'The call ended before anybody spoke, or its words were not kept.',
  latest: 'Latest',
} as const;

const WHO: Record<Turn['speaker'], string> = { caller: 'Caller', agent: 'AI agent', member: 'Person' };

interface Props {
  turns: readonly Turn[];
  zone: string;
  /** It grows: ears are told of new turns, and the end stays in sight. */
  live: boolean;
}

/** What was said. Somebody who reads further up is never pulled down. */
export function Transcript({ turns, zone, live }: Props) {
  const box = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  const [behind, setBehind] = useState(false);
  const toEnd = () => box.current?.scrollTo({ top: box.current.scrollHeight });
  const onScroll = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = box.current ?? {};
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
    if (atEnd.current) setBehind(false);
  };
  useLayoutEffect(() => {
    if (live) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [live]);
  const count = turns.length;
  useEffect(() => {
    if (!live || count === 0) return;
    if (atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
    else setBehind(true);
  }, [live, count]);
  if (turns.length === 0 && !live) return <Empty title={copy.noTranscript}>{copy.noTranscriptNote}</Empty>;
  return (
    <div className="relative">
      <section
        ref={box}
        // A log says what is new to ears; what is over is only a region.
        role={live ? 'log' : undefined}
        aria-label={copy.transcript}
        tabIndex={0}
        onScroll={onScroll}
        className="flex max-h-[32rem] flex-col gap-3 overflow-y-auto px-5 pb-5 -outline-offset-2"
      >
        {turns.map((turn) => (
          <TurnLine key={turn.seq} turn={turn} zone={zone} />
        ))}
      </section>
      {behind && (
        <div className="absolute inset-x-0 bottom-3 flex justify-center">
          <Button
            size="sm"
            variant="primary"
            onClick={() => {
              atEnd.current = true;
              setBehind(false);
              toEnd();
            }}
          >
            <ArrowDown aria-hidden />
            {copy.latest}
          </Button>
        </div>
      )}
    </div>
  );
}

function TurnLine({ turn, zone }: { turn: Turn; zone: string }) {
  const caller = turn.speaker === 'caller';
  return (
    <div className={cn('flex max-w-[85%] flex-col gap-1', caller ? 'self-start' : 'items-end self-end')}>
      <p className="text-xs text-ink-3">
        {WHO[turn.speaker]} · <time dateTime={turn.at}>{time(turn.at, zone)}</time>
      </p>
      <p
        dir="auto"
        className={cn(
          'rounded-lg px-3.5 py-2 text-base wrap-anywhere whitespace-pre-wrap',
          caller ? 'bg-sunken text-ink' : 'bg-accent-soft text-ink',
        )}
      >
        {turn.text}
      </p>
    </div>
  );
}
