/** What stands in an address may be anything: what is not understood is left out. */

export function idParam(value: unknown): number | undefined {
  const number = Number(value);
  return value !== '' && value != null && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** A day as `2026-11-23`. */
export function dayParam(value: unknown): string | undefined {
  const fits = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  return fits && !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) ? value : undefined;
}
