import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';

export interface Option<V extends string = string> {
  value: V;
  label: string;
}

interface Props<V extends string> {
  options: readonly Option<V>[];
  value: V | null;
  onChange: (value: V) => void;
  /** Either a label of its own, or the ids that a [`Field`] gives. */
  label?: string;
  placeholder?: string;
  id?: string;
  disabled?: boolean;
  'aria-invalid'?: true | undefined;
  'aria-describedby'?: string | undefined;
  onBlur?: () => void;
}

export function Select<V extends string>({
  options,
  value,
  onChange,
  label,
  placeholder,
  ...rest
}: Props<V>) {
  return (
    <Base.Root
      items={options as unknown as Option[]}
      value={value}
      onValueChange={(next) => next != null && onChange(next as V)}
      disabled={rest.disabled}
    >
      <Base.Trigger
        {...rest}
        aria-label={label}
        className="flex h-9 w-full min-w-32 items-center justify-between gap-2 rounded-sm border border-control bg-surface px-3 text-left text-base text-ink shadow-lift outline-offset-0 data-disabled:opacity-60 aria-invalid:border-poor pointer-coarse:h-11"
      >
        <span className="truncate">
          <Base.Value placeholder={<span className="text-ink-3">{placeholder ?? 'Choose'}</span>} />
        </span>
        <Base.Icon className="text-ink-3">
          <ChevronsUpDown aria-hidden className="size-4" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup className="max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-md border border-line bg-surface p-1 shadow-float">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                className="grid min-h-8 cursor-default grid-cols-[1rem_1fr] items-center gap-2 rounded-sm py-1.5 pr-3 pl-2 text-base text-ink outline-none select-none data-highlighted:bg-hover pointer-coarse:min-h-11"
              >
                <Base.ItemIndicator className="text-accent-text">
                  <Check aria-hidden className="size-4" />
                </Base.ItemIndicator>
                <Base.ItemText className="col-start-2">{option.label}</Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
