import { X } from 'lucide-react';
import { useState } from 'react';
import { sectorName } from '../../api/sectors';
import { count, duration, percent } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { IconButton } from '../../ui/button';
import { Input } from '../../ui/field';
import { Slider } from '../../ui/slider';
import { levelTyped } from './assignment-draft';
import type { AssignedLine } from './assignments-card';
import { assign, copy } from './copy';

interface Props {
  row: AssignedLine;
  editable: boolean;
  onLevel: (level: number) => void;
  onRemove: () => void;
}

export function AssignedRow({ row, editable, onLevel, onRemove }: Props) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-5 gap-y-2 border-t border-line px-5 py-3 md:grid-cols-[minmax(0,4fr)_minmax(0,6fr)_8rem_auto]">
      <div className="min-w-0">
        <p className="text-base font-medium">{row.name}</p>
        <p className="mt-0.5 flex flex-wrap gap-1.5">
          {row.sector && <Badge>{sectorName(row.sector)}</Badge>}
          {!row.stored && <Badge tone="accent">{assign.fresh}</Badge>}
        </p>
      </div>
      <div className="flex items-center gap-4 max-md:col-span-2 max-md:row-start-2">
        {editable ? (
          <>
            <Slider
              label={assign.proficiency(row.label)}
              value={row.level}
              onChange={onLevel}
              valueText={(level) => `${level} of 100`}
            />
            <LevelInput label={assign.exact(row.label)} level={row.level} onLevel={onLevel} />
          </>
        ) : (
          <p className="tabular text-base">{row.level} of 100</p>
        )}
      </div>
      <Record row={row} />
      {editable && (
        <div className="max-md:col-start-2 max-md:row-start-1">
          <IconButton label={assign.remove(row.label)} onClick={onRemove}>
            <X />
          </IconButton>
        </div>
      )}
    </li>
  );
}

function Record({ row: { stored } }: { row: AssignedLine }) {
  if (!stored || stored.calls_handled === 0) {
    return <p className="text-sm text-ink-3 md:text-right">{copy.noCalls}</p>;
  }
  const calls = stored.calls_handled === 1 ? '1 call' : `${count(stored.calls_handled)} calls`;
  return (
    <p className="tabular text-sm text-ink-3 md:text-right">
      {assign.figures(calls, percent(stored.success_rate))}
      <span className="md:hidden"> · </span>
      <span className="md:block">{assign.average(duration(stored.avg_handling_time))}</span>
    </p>
  );
}

/** Takes whole numbers 0-100; anything else is not taken and gone on leaving. */
function LevelInput({
  label,
  level,
  onLevel,
}: {
  label: string;
  level: number;
  onLevel: (n: number) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <div className="w-18 shrink-0">
      <Input
        type="number"
        inputMode="numeric"
        min={0}
        max={100}
        step={1}
        aria-label={label}
        aria-invalid={typed !== null && levelTyped(typed) === undefined ? true : undefined}
        value={typed ?? level}
        onChange={(event) => {
          setTyped(event.target.value);
          const next = levelTyped(event.target.value);
          if (next !== undefined) onLevel(next);
        }}
        onBlur={() => setTyped(null)}
      />
    </div>
  );
}
