import { createFileRoute } from '@tanstack/react-router';
import { JobsView } from '../../features/settings/jobs-view';
import { jobsQuery } from '../../features/settings/queries';
import { pagePending } from '../../ui/pending';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/settings/jobs')({
  staticData: { title: titles.jobs },
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(jobsQuery),
  pendingComponent: pagePending(titles.jobs, { rows: 3, width: 'narrow' }),
  component: JobsView,
});
