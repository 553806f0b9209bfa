import { useMutation, useQueryClient } from '@tanstack/react-query';
import { MessageSquareText, PhoneOutgoing, Voicemail } from 'lucide-react';
import { useState } from 'react';
import type { ApiError } from '../../api/client';
import { keys } from '../../api/keys';
import { may, useMe } from '../../api/session';
import type { Task } from '../../api/types';
import { moment } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { RecordingPlayer } from '../../ui/recording-player';
import { FormError } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { toast } from '../../ui/toast';
import { CloseDialog } from './close-dialog';
import { copy, kindName } from './copy';
import { dueIn, isOverdue } from './due';
import { claim, release } from './queries';

const ICONS = { message: MessageSquareText, callback: PhoneOutgoing, voicemail: Voicemail } as const;

interface Props {
  task: Task;
  now: number;
  nameOf: (id: number) => string;
}

export function TaskItem({ task, now, nameOf }: Props) {
  const me = useMe();
  const Icon = ICONS[task.kind];
  const overdue = isOverdue(task, now);
  const due = dueIn(task, now);
  return (
    <li className="grid gap-x-6 gap-y-3 border-t border-line px-5 py-4 first:border-0 sm:grid-cols-[minmax(0,1fr)_auto] [contain-intrinsic-size:auto_6rem] [content-visibility:auto]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <Icon aria-hidden className="size-4 text-ink-3" />
          <span className="text-base font-semibold wrap-anywhere">
            {task.caller_name ?? kindName[task.kind]}
          </span>
          <span className="tabular text-sm text-ink-2">{task.caller_number ?? copy.unknown}</span>
          {task.caller_name && <Badge>{kindName[task.kind]}</Badge>}
        </p>
        {task.text && (
          <p dir="auto" className="mt-1.5 text-base wrap-anywhere whitespace-pre-wrap text-ink-2">
            {task.text}
          </p>
        )}
        {task.kind === 'voicemail' && task.call_id && (
          <div className="mt-2.5">
            <RecordingPlayer callId={task.call_id} kind="voicemail" />
          </div>
        )}
        <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-3">
          {overdue && <Badge tone="poor">{copy.overdue}</Badge>}
          {due && (
            <time dateTime={task.due_at}>
              {copy.due} {due} · {moment(task.due_at, me.client.zone)}
            </time>
          )}
          {task.claimed_by != null && task.state === 'claimed' && copy.heldBy(nameOf(task.claimed_by))}
          {task.done_by != null && task.done_at && (
            <>
              {copy.doneBy(nameOf(task.done_by))} · {moment(task.done_at, me.client.zone)}
            </>
          )}
          {task.call_id && <TextLink to={`/calls/${task.call_id}`}>{copy.call}</TextLink>}
        </p>
      </div>
      {task.state !== 'done' && <Deeds task={task} />}
    </li>
  );
}

/** What may be done with it: the server knows who may, and refuses the rest. */
function Deeds({ task }: { task: Task }) {
  const me = useMe();
  const queryClient = useQueryClient();
  const [closing, setClosing] = useState(false);
  const refresh = () => queryClient.invalidateQueries({ queryKey: keys.tasks });
  const take = useMutation<unknown, ApiError>({
    mutationFn: () => claim(task),
    onSuccess: () => toast({ title: copy.claimed }),
    onSettled: refresh,
  });
  const back = useMutation<unknown, ApiError>({
    mutationFn: () => release(task),
    onSuccess: () => toast({ title: copy.released }),
    onSettled: refresh,
  });
  const mine = task.claimed_by === me.member_id;
  const lead = may.lead(me.role);
  const error = take.error ?? back.error;
  return (
    <div className="flex flex-col items-start gap-2 sm:items-end">
      <div className="flex flex-wrap gap-2">
        {task.state === 'open' && (
          <Button size="sm" pending={take.isPending} onClick={() => take.mutate()}>
            {copy.claim}
          </Button>
        )}
        {task.state === 'claimed' && (mine || lead) && (
          <Button size="sm" variant="ghost" pending={back.isPending} onClick={() => back.mutate()}>
            {copy.release}
          </Button>
        )}
        {(task.state !== 'claimed' || mine || lead) && (
          <Button size="sm" variant={mine ? 'primary' : 'secondary'} onClick={() => setClosing(true)}>
            {copy.done}
          </Button>
        )}
      </div>
      <FormError>{error?.message}</FormError>
      {closing && <CloseDialog task={task} onClose={() => setClosing(false)} />}
    </div>
  );
}
