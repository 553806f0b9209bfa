import { type ReactNode, useEffect, useRef } from 'react';
import { Page } from '../../ui/page';
import { CompanyStep, SectorStep } from './company-steps';
import { copy } from './copy';
import { Progress } from './frame';
import { CallStep, DoneStep } from './last-steps';
import { MemberStep } from './member-step';
import { PhoneStep } from './phone-step';
import { next, type Step } from './steps';

interface Props {
  step: Step;
  onStep: (step: Step) => void;
  onLeave: () => void;
  talk: ReactNode;
}

export function OnboardingView({ step, onStep, onLeave, talk }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const first = useRef(true);
  // Each step is a page of its own to ears: the focus goes to its beginning.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the step
  useEffect(() => {
    if (!first.current) box.current?.focus();
    first.current = false;
  }, [step]);
  const ways = { onStep, onNext: () => onStep(next(step)) };
  return (
    <Page title={copy.title} note={copy.note} width={step === 'call' ? 'wide' : 'narrow'}>
      <Progress step={step} />
      <div ref={box} tabIndex={-1} className="outline-none">
        {step === 'sector' && <SectorStep {...ways} />}
        {step === 'company' && <CompanyStep {...ways} />}
        {step === 'phone' && <PhoneStep {...ways} />}
        {step === 'member' && <MemberStep {...ways} />}
        {step === 'call' && <CallStep {...ways} talk={talk} />}
        {step === 'done' && <DoneStep onLeave={onLeave} />}
      </div>
    </Page>
  );
}
