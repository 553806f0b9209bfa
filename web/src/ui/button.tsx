import { Button as Base } from '@base-ui/react/button';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from '../lib/cn';

type Variant = 'primary' | 'secondary' | 'ghost' | 'danger';
type Size = 'sm' | 'md' | 'lg';

const VARIANTS: Record<Variant, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  secondary: 'border border-line bg-surface text-ink shadow-lift hover:bg-hover',
  ghost: 'text-ink-2 hover:bg-hover hover:text-ink',
  danger: 'border border-line bg-surface text-poor-text shadow-lift hover:bg-poor-soft',
};

// 44 px where a finger presses, 2.5.8 asks for 24.
const SIZES: Record<Size, string> = {
  sm: 'h-8 px-3 pointer-coarse:h-10',
  md: 'h-9 px-3.5 pointer-coarse:h-11',
  lg: 'h-10 px-4 pointer-coarse:h-11',
};

const BASE =
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-sm text-sm font-semibold whitespace-nowrap select-none transition-colors duration-100 data-disabled:cursor-not-allowed data-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0';

interface Look {
  variant?: Variant;
  size?: Size;
  /** The whole width, as main actions have it on a phone. */
  wide?: boolean;
}

/** The same look for a link: `<Link className={buttonClass({ variant: 'primary' })}>`. */
export function buttonClass({ variant = 'secondary', size = 'md', wide = false }: Look = {}): string {
  return cn(BASE, VARIANTS[variant], SIZES[size], wide && 'w-full');
}

type Props = Omit<ComponentProps<typeof Base>, 'className' | 'style'> & Look & { pending?: boolean };

/** `pending` keeps the focus and the width, and takes no second press. */
export function Button({ variant, size, wide, pending = false, disabled, children, ...rest }: Props) {
  return (
    <Base
      type="button"
      {...rest}
      className={cn(buttonClass({ variant, size, wide }), 'relative')}
      disabled={disabled || pending}
      focusableWhenDisabled={pending}
      aria-busy={pending || undefined}
    >
      <span className={cn('inline-flex items-center gap-2', pending && 'opacity-0')}>{children}</span>
      {pending && <Spinner />}
    </Base>
  );
}

type IconProps = Omit<ComponentProps<typeof Base>, 'className' | 'style' | 'children'> & {
  /** Said in place of the picture. */
  label: string;
  children: ReactNode;
  variant?: 'ghost' | 'secondary';
};

export function IconButton({ label, variant = 'ghost', children, ...rest }: IconProps) {
  return (
    <Base
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={cn(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-sm transition-colors duration-100 pointer-coarse:size-11 data-disabled:opacity-55 [&_svg]:size-4',
        VARIANTS[variant],
      )}
    >
      {children}
    </Base>
  );
}

function Spinner() {
  return (
    <span
      aria-hidden
      className="absolute inset-0 m-auto size-4 animate-spin rounded-full border-2 border-current border-t-transparent"
    />
  );
}
