import type { Task } from '../../api/types';
import { fromNow } from '../../lib/format';

/** Whether it should have been done by now. */
export function isOverdue(task: Pick<Task, 'state' | 'due_at'>, now: number): boolean {
  return (task.state === 'open' || task.state === 'claimed') && Date.parse(task.due_at) < now;
}

/** `in 3 hours`; of what is over, nothing. */
export function dueIn(task: Pick<Task, 'state' | 'due_at'>, now: number): string | undefined {
  return task.state === 'done' ? undefined : fromNow(task.due_at, now);
}
