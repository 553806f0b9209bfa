import { Check, Copy } from 'lucide-react';
import { type RefObject, useRef, useState } from 'react';
import { IconButton } from './button';

/** How long the tick stays, ms. */
const TICK_MS = 2_000;

/** Text to take elsewhere, with a button that copies it. */
export function CopyLine({ label, text }: { label: string; text: string }) {
  const box = useRef<HTMLInputElement>(null);
  return (
    <div className="flex items-center gap-1">
      <input
        ref={box}
        readOnly
        aria-label={label}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        className="h-8 w-full min-w-0 rounded-sm border border-line bg-sunken px-2.5 font-mono text-xs text-ink-2 pointer-coarse:h-11"
      />
      <CopyButton label={label} text={text} box={box} />
    </div>
  );
}

/** The same for a letter, which is to be read before it is sent. */
export function CopyText({ label, text }: { label: string; text: string }) {
  const box = useRef<HTMLTextAreaElement>(null);
  return (
    <div className="flex items-start gap-1">
      <textarea
        ref={box}
        readOnly
        aria-label={label}
        value={text}
        rows={text.split('\n').length}
        onFocus={(event) => event.currentTarget.select()}
        className="field-sizing-content w-full min-w-0 resize-none rounded-sm border border-line bg-sunken px-3 py-2 text-sm text-ink-2"
      />
      <CopyButton label={label} text={text} box={box} />
    </div>
  );
}

interface ButtonProps {
  label: string;
  text: string;
  box: RefObject<HTMLElement | null>;
}

function CopyButton({ label, text, box }: ButtonProps) {
  const [done, setDone] = useState(false);
  const take = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      setTimeout(() => setDone(false), TICK_MS);
    } catch {
      // Plain http beyond loopback has no clipboard: it is selected, Ctrl C takes it.
      box.current?.focus();
    }
  };
  return (
    <>
      <IconButton label={done ? `Copied: ${label}` : `Copy: ${label}`} onClick={take}>
        {done ? <Check /> : <Copy />}
      </IconButton>
      <span role="status" className="sr-only">
        {done ? 'Copied' : ''}
      </span>
    </>
  );
}
