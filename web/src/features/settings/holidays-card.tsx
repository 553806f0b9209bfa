import { Plus, Trash2 } from 'lucide-react';
import { useId } from 'react';
import { Button, IconButton } from '../../ui/button';
import { Card } from '../../ui/card';
import { Input } from '../../ui/field';
import { rulesCopy as words } from './rules-copy';
import type { Holiday, RulesDraft } from './rules-draft';

interface Props {
  draft: RulesDraft;
  onChange: (part: Partial<RulesDraft>) => void;
  faults: Readonly<Record<string, string>>;
}

export function HolidaysCard({ draft, onChange, faults }: Props) {
  const { holidays } = draft;
  const set = (at: number, part: Partial<Holiday>) =>
    onChange({ holidays: holidays.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  return (
    <Card
      title={words.holidays}
      note={words.holidaysNote}
      action={
        <Button size="sm" onClick={() => onChange({ holidays: [...holidays, { day: '', name: '' }] })}>
          <Plus /> {words.addHoliday}
        </Button>
      }
    >
      {holidays.length === 0 && <p className="text-sm text-ink-3">{words.noHolidays}</p>}
      <ul className="flex flex-col gap-2">
        {holidays.map((holiday, at) => (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: a holiday has no identity but its place
            key={at}
            at={at + 1}
            holiday={holiday}
            fault={faults[`holiday.${at}`]}
            onChange={(part) => set(at, part)}
            onRemove={() => onChange({ holidays: holidays.filter((_, index) => index !== at) })}
          />
        ))}
      </ul>
    </Card>
  );
}

interface RowProps {
  at: number;
  holiday: Holiday;
  fault: string | undefined;
  onChange: (part: Partial<Holiday>) => void;
  onRemove: () => void;
}

function Row({ at, holiday, fault, onChange, onRemove }: RowProps) {
  const error = useId();
  const link = { 'aria-invalid': fault ? true : undefined, 'aria-describedby': fault ? error : undefined };
  return (
    <li>
      <div className="flex flex-wrap items-center gap-2">
        <div className="w-40">
          <Input
            {...link}
            type="date"
            aria-label={`${words.day}, holiday ${at}`}
            value={holiday.day}
            onChange={(event) => onChange({ day: event.currentTarget.value })}
          />
        </div>
        <div className="min-w-40 flex-1">
          <Input
            {...link}
            aria-label={`${words.holidayName}, holiday ${at}`}
            placeholder={words.holidayName}
            maxLength={100}
            value={holiday.name}
            onChange={(event) => onChange({ name: event.currentTarget.value })}
          />
        </div>
        <IconButton label={`${words.removeSpan} holiday ${at} ${holiday.name}`} onClick={onRemove}>
          <Trash2 />
        </IconButton>
      </div>
      {fault && (
        <p id={error} className="mt-1 text-sm font-medium text-poor-text">
          {fault}
        </p>
      )}
    </li>
  );
}
