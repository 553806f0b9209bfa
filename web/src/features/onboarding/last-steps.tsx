import { useMutation } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { ApiError } from '../../api/client';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Empty, FormError } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import type { StepProps } from './company-steps';
import { copy } from './copy';
import { StepCard } from './frame';
import { watchRehearsal } from './queries';

/** Time enough to read the last line, ms. */
const LINGER_MS = 4_000;

/** `talk` is the microphone's part, which another feature owns. */
export function CallStep({ onStep, onNext, talk }: StepProps & { talk: ReactNode }) {
  const watch = useMutation<unknown, ApiError>({ mutationFn: watchRehearsal });
  return (
    <StepCard step="call" title={copy.call.title} note={copy.call.note} onStep={onStep} onNext={onNext}>
      {talk}
      <div className="flex flex-wrap items-center gap-3">
        <Button pending={watch.isPending} onClick={() => watch.mutate()}>
          {copy.call.watch}
        </Button>
        {watch.isSuccess && (
          <p role="status" className="text-sm text-ink-2">
            {copy.call.watching} <TextLink to="/live">{copy.call.see}</TextLink>
          </p>
        )}
        <FormError>{watch.error?.message}</FormError>
      </div>
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
