import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

export interface Tab<V extends string> {
  value: V;
  label: ReactNode;
}

interface Props<V extends string> {
  tabs: readonly Tab<V>[];
  /** Keep it in the URL, so that reload and shared links hold. */
  value: V;
  onChange: (value: V) => void;
  label: string;
  children: ReactNode;
}

export function Tabs<V extends string>({ tabs, value, onChange, label, children }: Props<V>) {
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(next as V)}>
      <Base.List aria-label={label} className="relative flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="h-10 shrink-0 rounded-t-sm border-b-2 border-transparent px-3 text-sm font-medium text-ink-3 -outline-offset-2 hover:text-ink data-active:border-accent data-active:text-ink pointer-coarse:h-11"
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {children}
    </Base.Root>
  );
}

export function TabPanel({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Base.Panel value={value} className="pt-5">
      {children}
    </Base.Panel>
  );
}

interface SegmentProps<V extends string> {
  options: readonly { value: V; label: string }[];
  value: V;
  onChange: (value: V) => void;
  label: string;
}

/** A choice of few, such as 7, 30 or 90 days. */
export function Segments<V extends string>({ options, value, onChange, label }: SegmentProps<V>) {
  return (
    <fieldset className="inline-flex gap-0.5 rounded-sm bg-sunken p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="h-7 rounded-sm px-2.5 text-sm font-medium text-ink-2 hover:text-ink aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-lift pointer-coarse:h-10"
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
