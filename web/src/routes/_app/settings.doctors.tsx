import { createFileRoute, redirect } from '@tanstack/react-router';
import { doctorsQuery } from '../../api/doctors';
import { CLINIC } from '../../api/sectors';
import { DoctorsView } from '../../features/settings/doctors-view';
import { pagePending } from '../../ui/pending';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/settings/doctors')({
  staticData: { title: titles.doctors },
  beforeLoad: ({ context: { me } }) => {
    if (me.client.sector !== CLINIC) throw redirect({ to: '/settings', replace: true });
  },
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(doctorsQuery),
  pendingComponent: pagePending(titles.doctors, { width: 'narrow' }),
  component: DoctorsView,
});
