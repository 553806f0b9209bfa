import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { asApiError } from '../../api/client';
import { membersQuery } from '../../api/team';
import type { Schema } from '../../api/types';
import { moment, zoneName } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { Input, TextArea } from '../../ui/field';
import { focusFirstBad } from '../../ui/focus';
import { Page } from '../../ui/page';
import { toast } from '../../ui/toast';
import { Conflict } from './conflict';
import { copy } from './copy';
import { HolidaysCard } from './holidays-card';
import { HoursCard } from './hours-card';
import { saveRules } from './mutations';
import { LeaveGuard, SaveBar, SettingLine } from './parts';
import { rulesQuery } from './queries';
import { rulesCopy as words } from './rules-copy';
import { draftOf, faultsOf, placeOf, type RulesDraft, rulesOf } from './rules-draft';
import { actorName } from './who';

type Answer = Schema<'RulesAnswer'>;

export function RulesView() {
  const { data } = useSuspenseQuery(rulesQuery);
  return (
    <Page title={words.title} note={words.note(zoneName(data.zone))} width="narrow">
      <Now answer={data} />
      <RulesForm key={data.rev} answer={data} />
    </Page>
  );
}

function Now({ answer }: { answer: Answer }) {
  const { data: members } = useSuspenseQuery(membersQuery);
  const { open_now, next_opening, updated_at, updated_by, zone } = answer;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-3">
      <Badge dot tone={open_now ? 'good' : 'neutral'}>
        {open_now ? words.openNow : words.closedNow}
      </Badge>
      {!open_now && next_opening && <span>{words.next(moment(next_opening, zone))}</span>}
      {updated_at && <span>{words.setBy(actorName(updated_by, members), moment(updated_at, zone))}</span>}
    </p>
  );
}

function RulesForm({ answer }: { answer: Answer }) {
  const queryClient = useQueryClient();
  const box = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(() => draftOf(answer.rules));
  const [faults, setFaults] = useState<Record<string, string>>({});
  const dirty = JSON.stringify(rulesOf(draft)) !== JSON.stringify(rulesOf(draftOf(answer.rules)));
  const change = (part: Partial<RulesDraft>) => setDraft((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: saveRules,
    onSuccess: (saved) => {
      queryClient.setQueryData(rulesQuery.queryKey, saved);
      toast({ title: copy.saved });
    },
    onError: (error) => {
      const entries = Object.entries(asApiError(error).fields);
      setFaults(Object.fromEntries(entries.map(([field, detail]) => [placeOf(field, draft), detail])));
      focusFirstBad(box.current);
    },
  });
  const problem = save.error ? asApiError(save.error) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(draft);
    setFaults(found);
    if (Object.keys(found).length > 0) focusFirstBad(box.current);
    else save.mutate({ rules: rulesOf(draft), rev: answer.rev });
  };
  const discard = () => {
    setDraft(draftOf(answer.rules));
    setFaults({});
    save.reset();
  };
  const theirs = () => {
    discard();
    queryClient.invalidateQueries({ queryKey: rulesQuery.queryKey });
  };
  const shown = Object.keys(faults).some((place) => place !== 'general');
  return (
    <form ref={box} onSubmit={submit} noValidate className="flex flex-col gap-4">
      <HoursCard draft={draft} onChange={change} faults={faults} />
      <HolidaysCard draft={draft} onChange={change} faults={faults} />
      <EscalationCard draft={draft} onChange={change} faults={faults} />
      <LimitsCard draft={draft} onChange={change} faults={faults} />
      <SaveBar
        dirty={dirty}
        pending={save.isPending}
        onDiscard={discard}
        error={
          problem?.status === 409 ? (
            <Conflict onTheirs={theirs} />
          ) : problem && !shown ? (
            problem.message
          ) : undefined
        }
      />
      <LeaveGuard dirty={dirty} />
    </form>
  );
}

interface CardProps {
  draft: RulesDraft;
  onChange: (part: Partial<RulesDraft>) => void;
  faults: Readonly<Record<string, string>>;
}

function EscalationCard({ draft, onChange, faults }: CardProps) {
  return (
    <Card title={words.escalation}>
      <TextArea
        label={words.phrases}
        help={words.phrasesHelp}
        value={draft.phrases}
        onChange={(event) => onChange({ phrases: event.currentTarget.value })}
        error={faults.phrases}
      />
    </Card>
  );
}

function LimitsCard({ draft, onChange, faults }: CardProps) {
  return (
    <Card title={words.limits}>
      <SettingLine label={words.minutes} help={words.minutesHelp} error={faults.minutes}>
        {(ids) => (
          <div className="w-28">
            <Input
              {...ids}
              inputMode="numeric"
              value={draft.minutes}
              onChange={(event) => onChange({ minutes: event.currentTarget.value.trim() })}
            />
          </div>
        )}
      </SettingLine>
    </Card>
  );
}
