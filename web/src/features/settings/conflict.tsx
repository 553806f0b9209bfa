import { Button } from '../../ui/button';
import { copy } from './copy';

/** Two people on one form: nothing is overwritten in silence. */
export function Conflict({ onTheirs }: { onTheirs: () => void }) {
  return (
    <span className="flex flex-wrap items-center justify-between gap-2">
      {copy.conflict}
      <Button size="sm" onClick={onTheirs}>
        {copy.takeTheirs}
      </Button>
    </span>
  );
}
