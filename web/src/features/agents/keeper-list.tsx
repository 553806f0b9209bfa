import { useState } from 'react';
import { count, percent } from '../../lib/format';
import { Avatar } from '../../ui/avatar';
import { Button } from '../../ui/button';
import type { Keeper } from './agent-rows';
import { copy } from './copy';

/** So many are shown at first, and so many more with each press: beside an agent
 * of a large team stand hundreds. */
const FIRST = 5;
const STEP = 20;

/** The people who look after an agent, with their figures for it. */
export function KeeperList({ keepers }: { keepers: readonly Keeper[] }) {
  const [shown, show] = useState(FIRST);
  if (keepers.length === 0) return <p className="mt-1 text-sm text-ink-2">{copy.nobody}</p>;
  const rest = keepers.length - shown;
  return (
    <>
      <ul className="mt-1.5 flex flex-col gap-1.5">
        {keepers.slice(0, shown).map((keeper) => (
          <li key={keeper.id} className="flex items-center gap-2.5 text-sm">
            <Avatar name={keeper.name} size="sm" />
            <span className="min-w-0 flex-1 truncate font-medium">{keeper.name}</span>
            <span className="tabular text-ink-3">
              {keeper.calls === 0
                ? 'No calls yet'
                : `${count(keeper.calls)} · ${percent(keeper.successRate)}`}
              <span className="sr-only"> calls and success rate</span>
            </span>
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <div className="mt-2">
          <Button size="sm" onClick={() => show(shown + STEP)}>
            {copy.more(Math.min(STEP, rest), rest)}
          </Button>
        </div>
      )}
    </>
  );
}
