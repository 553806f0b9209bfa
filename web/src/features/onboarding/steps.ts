/** The way from an empty company to its first call. Where one is stands in the
 * URL, so that a reload goes on there; what was done is the server's. */
export const STEPS = ['sector', 'company', 'phone', 'member', 'call', 'done'] as const;
export type Step = (typeof STEPS)[number];

export function parseStep(value: unknown): Step {
  return STEPS.find((step) => step === value) ?? 'sector';
}

export function next(step: Step): Step {
  return STEPS[Math.min(STEPS.indexOf(step) + 1, STEPS.length - 1)] ?? 'done';
}

export function previous(step: Step): Step | undefined {
  return STEPS[STEPS.indexOf(step) - 1];
}

/** Everything can wait but the sector: which agents answer hangs on it. */
export function canSkip(step: Step): boolean {
  return step !== 'sector' && step !== 'done';
}
