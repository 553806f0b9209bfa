import { count, percent } from '../../lib/format';
import { Avatar } from '../../ui/avatar';
import type { Keeper } from './agent-rows';
import { copy } from './copy';

/** The people who look after an agent, with their figures for it. */
export function KeeperList({ keepers }: { keepers: readonly Keeper[] }) {
  if (keepers.length === 0) return <p className="mt-1 text-sm text-ink-2">{copy.nobody}</p>;
  return (
    <ul className="mt-1.5 flex flex-col gap-1.5">
      {keepers.map((keeper) => (
        <li key={keeper.id} className="flex items-center gap-2.5 text-sm">
          <Avatar name={keeper.name} size="sm" />
          <span className="min-w-0 flex-1 truncate font-medium">{keeper.name}</span>
          <span className="tabular text-ink-3">
            {keeper.calls === 0 ? 'No calls yet' : `${count(keeper.calls)} · ${percent(keeper.successRate)}`}
            <span className="sr-only"> calls and success rate</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
