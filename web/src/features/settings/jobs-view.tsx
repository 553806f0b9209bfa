import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import type { ApiError } from '../../api/client';
import type { Schema } from '../../api/types';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Page } from '../../ui/page';
import { Empty, FormError } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { toast } from '../../ui/toast';
import { jobsCopy as words } from './keys-copy';
import { retryJob } from './mutations';
import { jobsQuery } from './queries';

/** What was given up after its last try, and its second chance. */
export function JobsView() {
  const { data: jobs } = useSuspenseQuery(jobsQuery);
  return (
    <Page title={words.title} note={words.note} width="narrow">
      <Card body="flush">
        {jobs.length === 0 && (
          <Empty icon={<CircleCheck />} title={words.none}>
            {words.noneNote}
          </Empty>
        )}
        <ul>
          {jobs.map((job) => (
            <JobRow key={`${job.kind} ${job.ref}`} job={job} />
          ))}
        </ul>
      </Card>
    </Page>
  );
}

/** What is done for a call. */
const NAMES: Record<string, string> = {
  agent_completed: words.counting,
  fetch_recording: words.fetching,
};

function JobRow({ job }: { job: Schema<'ParkedJob'> }) {
  const queryClient = useQueryClient();
  const retry = useMutation<unknown, ApiError>({
    mutationFn: () => retryJob({ kind: job.kind, ref: job.ref }),
    onSuccess: () => toast({ title: words.retried }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: jobsQuery.queryKey }),
  });
  const name = NAMES[job.kind];
  // A recording's job also names which one of the call.
  const [callId = ''] = job.ref.split('/');
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 border-t border-line px-5 py-3.5 first:border-0">
      <div className="min-w-0 flex-1">
        <p className="text-base font-medium">{name ?? job.kind.replaceAll('_', ' ')}</p>
        <p className="mt-0.5 text-sm wrap-anywhere text-ink-2">{job.reason}</p>
        <p className="mt-0.5 text-sm text-ink-3">
          {words.tries(job.tries)} {name && <TextLink to={`/calls/${callId}`}>{words.call}</TextLink>}
        </p>
        <FormError>{retry.error?.message}</FormError>
      </div>
      <Button size="sm" pending={retry.isPending} onClick={() => retry.mutate()}>
        {words.retry}
      </Button>
    </li>
  );
}
