import { useEffect, useRef, useState } from 'react';

/** What is typed reaches the URL when the fingers rest: each letter there would
 * be a navigation. */
const REST_MS = 250;

/** What is being typed: here at once, so that no fast letter is lost, in the URL
 * after a moment; what comes from the URL (back, a link) wins. */
export function useTyped(fromUrl: string, tell: (words: string) => void): [string, (words: string) => void] {
  const [typed, setTyped] = useState(fromUrl);
  const told = useRef(fromUrl);
  const last = useRef(tell);
  last.current = tell;
  useEffect(() => {
    if (fromUrl === told.current) return;
    told.current = fromUrl;
    setTyped(fromUrl);
  }, [fromUrl]);
  useEffect(() => {
    if (typed === told.current) return;
    const timer = setTimeout(() => {
      told.current = typed;
      last.current(typed);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
