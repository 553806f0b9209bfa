import { Plus, Trash2 } from 'lucide-react';
import { useId } from 'react';
import { Button, IconButton } from '../../ui/button';
import { Card } from '../../ui/card';
import { Input } from '../../ui/field';
import { Switch } from '../../ui/switch';
import { SettingLine } from './parts';
import { rulesCopy as words } from './rules-copy';
import { type RulesDraft, type Span, USUAL, WEEKDAYS } from './rules-draft';

interface Props {
  draft: RulesDraft;
  onChange: (part: Partial<RulesDraft>) => void;
  faults: Readonly<Record<string, string>>;
}

export function HoursCard({ draft, onChange, faults }: Props) {
  const setDay = (at: number, spans: Span[]) =>
    onChange({ days: draft.days.map((day, index) => (index === at ? spans : day)) });
  const turn = (limited: boolean) => {
    const none = draft.days.every((spans) => spans.length === 0);
    onChange({
      limited,
      days: limited && none ? WEEKDAYS.map((_, at) => (at < 5 ? [USUAL] : [])) : draft.days,
    });
  };
  return (
    <Card title={words.hours} note={words.hoursNote}>
      <SettingLine label={words.limited} help={words.limitedHelp} error={faults.hours}>
        {({ id, 'aria-describedby': described }) => (
          <span className="flex h-9 items-center">
            <Switch id={id} aria-describedby={described} checked={draft.limited} onChange={turn} />
          </span>
        )}
      </SettingLine>
      {draft.limited && (
        <>
          {WEEKDAYS.map((name, at) => (
            <Day
              key={name}
              name={name}
              spans={draft.days[at] ?? []}
              onChange={(spans) => setDay(at, spans)}
              fault={faults[`day.${at}`]}
            />
          ))}
          <div className="pt-4">
            <Button
              size="sm"
              onClick={() =>
                onChange({ days: draft.days.map((day, at) => (at < 5 ? (draft.days[0] ?? []) : day)) })
              }
            >
              {words.copyDown}
            </Button>
          </div>
        </>
      )}
    </Card>
  );
}

interface DayProps {
  name: string;
  spans: readonly Span[];
  onChange: (spans: Span[]) => void;
  fault: string | undefined;
}

function Day({ name, spans, onChange, fault }: DayProps) {
  const error = useId();
  const set = (at: number, part: Partial<Span>) =>
    onChange(spans.map((span, index) => (index === at ? { ...span, ...part } : span)));
  const box = (at: number, span: Span, end: 'from' | 'to') => (
    <div className="w-32">
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
    <div className="grid gap-x-6 gap-y-2 border-t border-line py-3 sm:grid-cols-[12rem_minmax(0,1fr)]">
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
            onClick={() => onChange([...spans, spans.length === 0 ? USUAL : { from: '', to: '' }])}
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
