import { Plus, Trash2 } from 'lucide-react';
import { useId } from 'react';
import { cn } from '../../lib/cn';
import { Button, IconButton } from '../../ui/button';
import { Input } from '../../ui/field';
import type { Span } from './hours-draft';

interface Props {
  /** The weekday. */
  name: string;
  spans: readonly Span[];
  onChange: (spans: Span[]) => void;
  fault: string | undefined;
  words: Readonly<Record<'from' | 'to' | 'closed' | 'addSpan' | 'removeSpan', string>>;
  /** What the first span of a day begins with. */
  usual: Span;
  /** A dialog is narrower than a page. */
  narrow?: boolean;
}

/** The hours of one weekday: none, one span, or several with breaks between. */
export function DayHours({ name, spans, onChange, fault, words, usual, narrow = false }: Props) {
  const error = useId();
  const set = (at: number, part: Partial<Span>) =>
    onChange(spans.map((span, index) => (index === at ? { ...span, ...part } : span)));
  const box = (at: number, span: Span, end: 'from' | 'to') => (
    <div className={narrow ? 'w-31 sm:w-32' : 'w-32'}>
      <Input
        type="time"
        aria-label={`${name} ${words[end]}${spans.length > 1 ? `, ${at + 1}` : ''}`}
        aria-invalid={fault ? true : undefined}
        aria-describedby={fault ? error : undefined}
        value={span[end]}
        onChange={(event) => set(at, { [end]: event.currentTarget.value })}
      />
    </div>
  );
  return (
    <div
      className={cn(
        'grid gap-y-2 border-t border-line py-3',
        narrow ? 'gap-x-3 sm:grid-cols-[5.5rem_minmax(0,1fr)]' : 'gap-x-6 sm:grid-cols-[12rem_minmax(0,1fr)]',
      )}
    >
      <span className="text-base font-medium sm:pt-2">{name}</span>
      <div className="flex min-w-0 flex-col gap-2">
        {spans.map((span, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span has no identity but its place
          <div key={at} className="flex flex-wrap items-center gap-2">
            {box(at, span, 'from')}
            <span aria-hidden className="text-ink-3">
              –
            </span>
            {box(at, span, 'to')}
            <IconButton
              label={`${words.removeSpan} ${name} ${span.from}–${span.to}`}
              onClick={() => onChange(spans.filter((_, index) => index !== at))}
            >
              <Trash2 />
            </IconButton>
          </div>
        ))}
        <div className="flex items-center gap-3">
          {spans.length === 0 && <span className="text-sm text-ink-3">{words.closed}</span>}
          <Button
            size="sm"
            variant="ghost"
            aria-label={`${words.addSpan}: ${name}`}
            onClick={() => onChange([...spans, spans.length === 0 ? usual : { from: '', to: '' }])}
          >
            <Plus /> {words.addSpan}
          </Button>
        </div>
        {fault && (
          <p id={error} className="text-sm font-medium text-poor-text">
            {fault}
          </p>
        )}
      </div>
    </div>
  );
}
