import { useId } from 'react';

interface Props {
  label: string;
  value: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  onChange: (day: string | undefined) => void;
}

/** A day, chosen with what the browser has for it. */
export function DayField({ label, value, min, max, onChange }: Props) {
  const id = useId();
  return (
    <div className="flex h-9 items-center gap-2 rounded-sm border border-control bg-surface px-3 shadow-lift pointer-coarse:h-11">
      <label htmlFor={id} className="text-sm text-ink-3">
        {label}
      </label>
      <input
        id={id}
        type="date"
        className="tabular min-w-0 flex-1 bg-transparent text-base text-ink outline-offset-4"
        value={value ?? ''}
        min={min}
        max={max}
        onChange={(event) => onChange(event.target.value || undefined)}
      />
    </div>
  );
}
