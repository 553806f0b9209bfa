import { infiniteQueryOptions } from '@tanstack/react-query';
import { answer, api, ifMatch } from '../../api/client';
import { keys } from '../../api/keys';
import type { Schema, Task } from '../../api/types';

/** A screen and a half: each tab draws them at once. */
const PAGE = 25;

export type State = Schema<'TaskState'>;
export const STATES: readonly State[] = ['open', 'claimed', 'done', 'expired'];

export const tasksQuery = (state: State) =>
  infiniteQueryOptions({
    queryKey: [...keys.tasks, 'list', state],
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET('/api/tasks', { params: { query: { state, limit: PAGE, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

const of = (task: Task) => ({ params: { path: { id: task.id }, header: ifMatch(task.rev) } });

export const claim = (task: Task) => answer(api.POST('/api/tasks/{id}/claim', of(task)));

export const release = (task: Task) => answer(api.POST('/api/tasks/{id}/release', of(task)));

export const close = (task: Task, body: Schema<'FinishTask'>) =>
  answer(api.POST('/api/tasks/{id}/done', { ...of(task), body }));
