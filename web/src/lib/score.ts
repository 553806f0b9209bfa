/** The server decides the band on unrounded numbers; the client never does. */
export type BandWord = 'excellent' | 'good' | 'fair' | 'needs_improvement';

/** A tone of the tokens. */
export type Tone = 'neutral' | 'accent' | 'good' | 'fine' | 'fair' | 'poor';

const NAMES: Record<BandWord, string> = {
  excellent: 'Excellent',
  good: 'Good',
  fair: 'Fair',
  needs_improvement: 'Needs improvement',
};

const TONES: Record<BandWord, Tone> = {
  excellent: 'good',
  good: 'fine',
  fair: 'fair',
  needs_improvement: 'poor',
};

export const NO_CALLS = 'No calls yet';

export function bandName(band: BandWord | null | undefined): string {
  return band ? NAMES[band] : NO_CALLS;
}

export function bandTone(band: BandWord | null | undefined): Tone {
  return band ? TONES[band] : 'neutral';
}

/** The whole points that are shown. Not rounded: 79.6 is not yet 80, and the
 * band beside it says so. */
export function wholeScore(score: number): number {
  return Math.floor(score);
}

/** What a screen reader hears in place of a ring. */
export function scoreInWords(
  score: number | null | undefined,
  band: BandWord | null | undefined,
  provisional = false,
): string {
  if (score == null) return `Score: ${NO_CALLS.toLowerCase()}`;
  const sure = provisional ? ', provisional' : '';
  return `Score ${wholeScore(score)} of 100, ${bandName(band).toLowerCase()}${sure}`;
}
