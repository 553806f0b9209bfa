import { createFileRoute, redirect } from '@tanstack/react-router';
import { channelsQuery } from '../../api/channels';
import { companyQuery } from '../../api/company';
import { sectorsQuery } from '../../api/sectors';
import { may } from '../../api/session';
import { OnboardingView } from '../../features/onboarding/onboarding-view';
import { parseStep, type Step } from '../../features/onboarding/steps';
import { TalkPanel } from '../../features/talk/talk-panel';
import { titles } from '../-titles';

interface Search {
  step?: Step;
}

export const Route = createFileRoute('/_app/onboarding')({
  staticData: { title: titles.onboarding },
  validateSearch: (search): Search => ({
    step: search.step === undefined ? undefined : parseStep(search.step),
  }),
  beforeLoad: ({ context: { me } }) => {
    if (!may.manage(me.role)) throw redirect({ to: '/', replace: true });
  },
  loader: ({ context: { queryClient } }) =>
    Promise.all([
      queryClient.ensureQueryData(companyQuery),
      queryClient.ensureQueryData(sectorsQuery),
      queryClient.ensureQueryData(channelsQuery),
    ]),
  component: OnboardingPage,
});

function OnboardingPage() {
  const { step } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <OnboardingView
      step={step ?? 'sector'}
      onStep={(next) => navigate({ search: { step: next === 'sector' ? undefined : next } })}
      onLeave={() => navigate({ to: '/', search: {} })}
      talk={<TalkPanel />}
    />
  );
}
