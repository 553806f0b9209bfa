import { duration } from '../lib/format';
import { useNow } from '../lib/use-now';

/** How long it has been going on, ticking. */
export function LiveTime({ since }: { since: string }) {
  const now = useNow();
  return <time>{duration((now - Date.parse(since)) / 1000)}</time>;
}
