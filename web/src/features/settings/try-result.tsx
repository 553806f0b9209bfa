import type { UseMutationResult } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { asApiError } from '../../api/client';
import type { Schema } from '../../api/types';
import { sectorCopy as words } from './copy';
import { groupName } from './sector-draft';

type State = Pick<
  UseMutationResult<Schema<'Tried'>, Error, never>,
  'data' | 'error' | 'isPending' | 'isIdle'
>;

/** What the far side said, in words; it never stands in the way of saving. */
export function TryResult({ state }: { state: State }) {
  return (
    <div role="status" className="empty:-mb-3">
      {!state.isIdle &&
        (state.isPending ? (
          <p className="text-sm text-ink-2">{words.testing}</p>
        ) : (
          <ul className="flex flex-col gap-3">
            {lines(state).map((line) => (
              <Line key={line.group} {...line} />
            ))}
          </ul>
        ))}
    </div>
  );
}

function lines({ data, error }: State): Schema<'SectorTry'>[] {
  if (error) {
    const problem = asApiError(error);
    const fields = Object.values(problem.fields);
    return [{ group: '', ok: false, message: fields.length > 0 ? fields.join(' ') : problem.message }];
  }
  if (!data || data.results.length === 0) return [{ group: '', ok: false, message: words.nothingSet }];
  return data.results;
}

function Line({ group, ok, message }: Schema<'SectorTry'>) {
  const Icon = ok ? CircleCheck : CircleAlert;
  return (
    <li className="flex items-start gap-3">
      <Icon
        aria-hidden
        className={ok ? 'size-5 shrink-0 text-good-text' : 'size-5 shrink-0 text-poor-text'}
      />
      <div className="min-w-0">
        <p className="text-base font-medium">
          {group && `${groupName(group)}: `}
          {ok ? words.works : words.fails}
        </p>
        <p className="text-sm text-ink-2">{message}</p>
      </div>
    </li>
  );
}
