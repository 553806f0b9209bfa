import { Slider as Base } from '@base-ui/react/slider';

interface Props {
  value: number;
  onChange: (value: number) => void;
  label: string;
  min?: number;
  max?: number;
  disabled?: boolean;
  /** What is announced; the number with its unit by default. */
  valueText?: (value: number) => string;
}

/** Arrows ±1, Shift or PageUp ±10, Home and End; a click on the track works. */
export function Slider({ value, onChange, label, min = 0, max = 100, disabled, valueText }: Props) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onChange(Array.isArray(next) ? (next[0] ?? min) : next)}
      min={min}
      max={max}
      step={1}
      largeStep={10}
      disabled={disabled}
      className="w-full"
    >
      <Base.Control className="flex h-6 w-full touch-none items-center select-none pointer-coarse:h-11">
        <Base.Track className="h-1.5 w-full rounded-full bg-track">
          <Base.Indicator className="rounded-full bg-accent" />
          <Base.Thumb
            aria-label={label}
            getAriaValueText={valueText ? (_, n) => valueText(n) : undefined}
            className="size-4.5 rounded-full border border-control bg-on-accent shadow-lift outline-offset-2 has-focus-visible:outline-2 has-focus-visible:outline-accent"
          />
        </Base.Track>
      </Base.Control>
    </Base.Root>
  );
}
