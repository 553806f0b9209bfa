import { Switch as Base } from '@base-ui/react/switch';

interface Props {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Needed unless a `<label for>` names it. */
  label?: string;
  id?: string;
  disabled?: boolean;
  'aria-describedby'?: string | undefined;
}

export function Switch({ checked, onChange, label, ...rest }: Props) {
  return (
    <Base.Root
      {...rest}
      aria-label={label}
      checked={checked}
      onCheckedChange={onChange}
      className="relative inline-flex h-6 w-10 shrink-0 rounded-full bg-control transition-colors duration-150 data-checked:bg-accent data-disabled:opacity-55"
    >
      <Base.Thumb className="m-0.5 size-5 rounded-full bg-on-accent shadow-lift transition-transform duration-150 data-checked:translate-x-4" />
    </Base.Root>
  );
}
