import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown } from 'lucide-react';
import { useMemo } from 'react';
import type { Option } from './select';

interface Props<V extends string> {
  options: readonly Option<V>[];
  value: V;
  onChange: (value: V) => void;
  label: string;
  /** In the box where one types. */
  search: string;
}

/** So many are drawn; more letters narrow them. */
const MOST = 50;

/** A select for lists that may be hundreds of lines long: one types, and only
 * the first that match exist. */
export function SearchSelect<V extends string>({ options, value, onChange, label, search }: Props<V>) {
  const chosen = useMemo(() => options.find((one) => one.value === value) ?? null, [options, value]);
  return (
    <Combobox.Root
      items={options as Option<V>[]}
      value={chosen}
      onValueChange={(next) => next && onChange(next.value)}
      limit={MOST}
      autoHighlight
    >
      <Combobox.Trigger
        aria-label={label}
        className="flex h-9 w-full min-w-32 items-center justify-between gap-2 rounded-sm border border-control bg-surface px-3 text-left text-base text-ink shadow-lift outline-offset-0 pointer-coarse:h-11"
      >
        <span className="truncate">
          <Combobox.Value />
        </span>
        <Combobox.Icon className="text-ink-3">
          <ChevronsUpDown aria-hidden className="size-4" />
        </Combobox.Icon>
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner align="start" sideOffset={4} className="z-50 outline-none">
          <Combobox.Popup
            aria-label={label}
            className="flex max-h-[min(24rem,var(--available-height))] w-(--anchor-width) min-w-60 flex-col rounded-md border border-line bg-surface shadow-float"
          >
            <Combobox.Input
              aria-label={search}
              placeholder={search}
              className="h-10 shrink-0 rounded-t-md border-b border-line bg-transparent px-3 text-base text-ink -outline-offset-2 pointer-coarse:h-11 pointer-coarse:text-lg"
            />
            <Combobox.Empty className="px-3 py-4 text-sm text-ink-3 empty:hidden">
              Nothing found.
            </Combobox.Empty>
            <Combobox.List className="overflow-y-auto p-1 outline-none empty:hidden">
              {(option: Option<V>) => (
                <Combobox.Item
                  key={option.value}
                  value={option}
                  className="grid min-h-8 cursor-default grid-cols-[1rem_1fr] items-center gap-2 rounded-sm py-1.5 pr-3 pl-2 text-base text-ink outline-none select-none data-highlighted:bg-hover pointer-coarse:min-h-11"
                >
                  <Combobox.ItemIndicator className="text-accent-text">
                    <Check aria-hidden className="size-4" />
                  </Combobox.ItemIndicator>
                  <span className="col-start-2 truncate">{option.label}</span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
