import { useEffect, useState } from 'react';

/** The time in ms, again every `every` ms: running times tick here, the server
 * sends only when they began. */
export function useNow(every = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
