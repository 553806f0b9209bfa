import { CircleCheck } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Empty } from '../../ui/states';
import type { StepProps } from './company-steps';
import { copy } from './copy';
import { StepCard } from './frame';
import { Rehearsal } from './rehearsal';

/** Time enough to read the last line, ms. */
const LINGER_MS = 4_000;

/** `talk` is the microphone's part, which another feature owns. */
export function CallStep({ onStep, onNext, talk }: StepProps & { talk: ReactNode }) {
  return (
    <StepCard step="call" title={copy.call.title} note={copy.call.note} onStep={onStep} onNext={onNext}>
      {talk}
      <Rehearsal />
    </StepCard>
  );
}

export function DoneStep({ onLeave }: { onLeave: () => void }) {
  const leave = useRef(onLeave);
  leave.current = onLeave;
  useEffect(() => {
    const timer = setTimeout(() => leave.current(), LINGER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Card>
      <Empty
        icon={<CircleCheck />}
        title={copy.done.title}
        action={
          <Button variant="primary" onClick={onLeave}>
            {copy.done.go}
          </Button>
        }
      >
        {copy.done.note} {copy.done.soon}
      </Empty>
    </Card>
  );
}
