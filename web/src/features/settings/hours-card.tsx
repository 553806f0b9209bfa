import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Switch } from '../../ui/switch';
import { DayHours } from './day-hours';
import { likeMonday, type Span, WEEKDAYS } from './hours-draft';
import { SettingLine } from './parts';
import { rulesCopy as words } from './rules-copy';
import type { RulesDraft } from './rules-draft';

interface Props {
  draft: RulesDraft;
  onChange: (part: Partial<RulesDraft>) => void;
  faults: Readonly<Record<string, string>>;
}

const USUAL: Span = { from: '09:00', to: '18:00' };

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
            <DayHours
              key={name}
              name={name}
              spans={draft.days[at] ?? []}
              onChange={(spans) => setDay(at, spans)}
              fault={faults[`day.${at}`]}
              words={words}
              usual={USUAL}
            />
          ))}
          <div className="pt-4">
            <Button size="sm" onClick={() => onChange({ days: likeMonday(draft.days) })}>
              {words.copyDown}
            </Button>
          </div>
        </>
      )}
    </Card>
  );
}
