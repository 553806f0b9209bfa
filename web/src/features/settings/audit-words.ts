/** `channel.show_hook_urls` as `Channel: show hook urls`. */
export function actionWords(action: string): string {
  const [thing = '', ...rest] = action.replaceAll('_', ' ').split('.');
  const name = thing.charAt(0).toLocaleUpperCase() + thing.slice(1);
  return rest.length > 0 ? `${name}: ${rest.join(' ')}` : name;
}

/** The details in one line: `reason requested · channels 1, 2`. */
export function detailWords(body: object): string {
  return Object.entries(body)
    .map(([key, value]) => `${key.replaceAll('_', ' ')} ${valueWords(value)}`)
    .join(' · ');
}

function valueWords(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.map(valueWords).join(', ') || 'none';
  if (typeof value === 'object') return `(${detailWords(value)})`;
  return String(value);
}
