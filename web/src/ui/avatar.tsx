import { cn } from '../lib/cn';
import { initials } from '../lib/format';
import type { Tone } from '../lib/score';
import { Dot } from './badge';

const SIZES = { sm: 'size-7 text-xs', md: 'size-9 text-xs', lg: 'size-13 text-lg' } as const;

// Five hues out of the tokens, by the name, so that a person keeps his.
const HUES = [
  'bg-accent-soft text-accent-text',
  'bg-fine-soft text-fine-text',
  'bg-good-soft text-good-text',
  'bg-fair-soft text-fair-text',
  'bg-poor-soft text-poor-text',
];

interface Props {
  name: string;
  size?: keyof typeof SIZES;
  /** A dot at its corner; say in words beside it what it means. */
  presence?: Tone;
}

/** Decoration: the name stands beside it. */
export function Avatar({ name, size = 'md', presence }: Props) {
  return (
    <span aria-hidden className="relative inline-flex shrink-0">
      <span
        className={cn(
          'inline-flex items-center justify-center rounded-full font-semibold',
          SIZES[size],
          hue(name),
        )}
      >
        {initials(name)}
      </span>
      {presence && (
        <span className="absolute -right-px -bottom-px flex rounded-full bg-surface p-0.5">
          <Dot tone={presence} />
        </span>
      )}
    </span>
  );
}

function hue(name: string): string | undefined {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return HUES[sum % HUES.length];
}
