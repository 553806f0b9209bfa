import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from './button';

interface Props {
  label: string;
  text: string;
  /** Several lines, as a letter has. */
  long?: boolean;
}

/** A text to be taken elsewhere, with the button that takes it. */
export function CopyLine({ label, text, long = false }: Props) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(() => setCopied(true))
      // Refused where the page is not secure: the text can be marked by hand.
      .catch(() => setCopied(false));
  return (
    <div className="min-w-0">
      <p className="mb-1 text-sm font-medium text-ink">{label}</p>
      <div className="flex items-start gap-2 rounded-sm border border-line bg-sunken py-1.5 pr-1.5 pl-3">
        <p
          className={
            long
              ? 'min-w-0 flex-1 text-sm wrap-anywhere whitespace-pre-wrap text-ink-2'
              : 'min-w-0 flex-1 self-center font-mono text-xs wrap-anywhere text-ink-2'
          }
        >
          {text}
        </p>
        <IconButton label={copied ? `${label}: copied` : `Copy ${label}`} onClick={copy}>
          {copied ? <Check /> : <Copy />}
        </IconButton>
      </div>
    </div>
  );
}
