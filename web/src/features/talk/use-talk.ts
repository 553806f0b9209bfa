import { useCallback, useEffect, useRef, useState } from 'react';
import { asApiError } from '../../api/client';
import { Line, openMicrophone, type Trouble } from './line';
import { placeTalk } from './queries';

export type TalkState =
  | { at: 'idle' }
  | { at: 'asking' }
  | { at: 'connecting' }
  | { at: 'on'; callId: string; since: string }
  | { at: 'over'; callId: string }
  | { at: 'trouble'; trouble: Trouble | 'server'; words?: string; callId?: string };

/** One talk at a time; leaving the page hangs up. */
export function useTalk() {
  const [state, setState] = useState<TalkState>({ at: 'idle' });
  const [muted, setMuted] = useState(false);
  const line = useRef<Line | undefined>(undefined);
  // Fifty times a second: told past React.
  const meter = useRef<HTMLSpanElement>(null);
  // Left while the microphone was asked for: what comes after ends at once.
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
      line.current?.hangUp();
    };
  }, []);
  const start = useCallback(async () => {
    setState({ at: 'asking' });
    setMuted(false);
    const microphone = await openMicrophone();
    if (typeof microphone === 'string') return setState({ at: 'trouble', trouble: microphone });
    if (left.current) return release(microphone);
    setState({ at: 'connecting' });
    try {
      const talk = await placeTalk();
      // Its address is good for a minute and is never used: the call ends itself.
      if (left.current) return release(microphone);
      const made = new Line(talk, microphone, {
        onUp: () => setState({ at: 'on', callId: talk.call_id, since: new Date().toISOString() }),
        onOver: (trouble) =>
          setState(
            trouble ? { at: 'trouble', trouble, callId: talk.call_id } : { at: 'over', callId: talk.call_id },
          ),
        onLevel: (level) => meter.current?.style.setProperty('--level', String(level)),
      });
      line.current = made;
      await made.open();
    } catch (error) {
      release(microphone);
      setState({ at: 'trouble', trouble: 'server', words: asApiError(error).message });
    }
  }, []);
  return {
    state,
    muted,
    meter,
    start,
    press: (key: string) => line.current?.press(key),
    hangUp: () => line.current?.hangUp(),
    mute: (next: boolean) => {
      line.current?.mute(next);
      setMuted(next);
    },
  };
}

function release(microphone: MediaStream): void {
  for (const track of microphone.getTracks()) track.stop();
}
