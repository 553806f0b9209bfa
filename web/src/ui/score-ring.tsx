import { cn } from '../lib/cn';
import { type BandWord, bandName, bandTone, scoreInWords, type Tone, wholeScore } from '../lib/score';

const SIZES = {
  sm: { box: 36, stroke: 3.5, text: 'text-xs' },
  lg: { box: 120, stroke: 9, text: 'text-2xl' },
} as const;

const STROKES: Record<Tone, string> = {
  neutral: 'stroke-track',
  accent: 'stroke-accent',
  good: 'stroke-good',
  fine: 'stroke-fine',
  fair: 'stroke-fair',
  poor: 'stroke-poor',
};

const WORDS: Record<Tone, string> = {
  neutral: 'text-ink-3',
  accent: 'text-accent-text',
  good: 'text-good-text',
  fine: 'text-fine-text',
  fair: 'text-fair-text',
  poor: 'text-poor-text',
};

interface Props {
  /** 0-100; null reads "No calls yet", never 0. */
  score: number | null | undefined;
  /** As the server decided it. */
  band: BandWord | null | undefined;
  provisional?: boolean;
  size?: keyof typeof SIZES;
}

export function ScoreRing({ score, band, provisional = false, size = 'sm' }: Props) {
  const { box, stroke, text } = SIZES[size];
  const radius = (box - stroke) / 2;
  const length = 2 * Math.PI * radius;
  const tone = bandTone(band);
  const circle = { cx: box / 2, cy: box / 2, r: radius, strokeWidth: stroke, fill: 'none' };
  return (
    <span
      role="img"
      aria-label={scoreInWords(score, band, provisional)}
      className="relative inline-flex shrink-0 items-center justify-center"
    >
      <svg aria-hidden="true" width={box} height={box} className="-rotate-90">
        <circle {...circle} className="stroke-track" />
        {score != null && (
          <circle
            {...circle}
            className={cn(
              'transition-[stroke-dashoffset] duration-250',
              STROKES[tone],
              // In lists it is muted: few calls, and it may well change.
              provisional && size === 'sm' && 'opacity-45',
            )}
            strokeLinecap="round"
            strokeDasharray={length}
            strokeDashoffset={length * (1 - score / 100)}
          />
        )}
      </svg>
      <span aria-hidden className="absolute inset-0 flex flex-col items-center justify-center">
        <span className={cn('tabular font-semibold text-ink', text)}>
          {score == null ? '–' : wholeScore(score)}
        </span>
        {size === 'lg' && (
          <span className={cn('max-w-21 text-center text-sm leading-tight font-medium', WORDS[tone])}>
            {bandName(band)}
          </span>
        )}
      </span>
    </span>
  );
}
