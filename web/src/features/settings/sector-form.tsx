import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PlugZap } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { FormProvider, useForm, useWatch } from 'react-hook-form';
import { asApiError } from '../../api/client';
import type { Member, Schema } from '../../api/types';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { focusFirstBad } from '../../ui/focus';
import { toast } from '../../ui/toast';
import { copy, sectorCopy as words } from './copy';
import { saveSector, trySector } from './mutations';
import { LeaveGuard, SaveBar } from './parts';
import { sectorQuery } from './queries';
import {
  buildSchema,
  changesOf,
  groupName,
  isSecret,
  sections,
  startValues,
  type Values,
  voided,
} from './sector-draft';
import { SectorFieldLine } from './sector-field';
import { TryResult } from './try-result';

interface Props {
  config: Schema<'SectorConfig'>;
  members: readonly Member[];
}

/** Drawn from the server's list of fields and from nothing else. */
export function SectorForm({ config, members }: Props) {
  const queryClient = useQueryClient();
  const box = useRef<HTMLFormElement>(null);
  const { form, typed, changes } = useSectorForm(config);
  const dirty = Object.keys(changes).length > 0;
  const { sector } = config;

  const test = useMutation({ mutationFn: trySector });
  const save = useMutation({
    mutationFn: saveSector,
    onSuccess: ({ message, ...saved }) => {
      queryClient.setQueryData(sectorQuery(sector).queryKey, saved);
      form.reset(startValues(saved));
      test.reset();
      toast({ title: message });
      return queryClient.invalidateQueries({ queryKey: ['sectors'] });
    },
    onError: (error) => {
      for (const [key, message] of Object.entries(asApiError(error).fields)) {
        if (config.fields.some((field) => field.key === key)) form.setError(key, { message });
      }
      showBad(Object.keys(asApiError(error).fields));
    },
  });
  const showBad = (fields: string[]) => {
    openBoxes(form, fields);
    focusFirstBad(box.current);
  };
  const submit = form.handleSubmit(
    () => save.mutate({ sector, changes }),
    (errors) => showBad(Object.keys(errors)),
  );
  const problem = save.error ? asApiError(save.error) : undefined;
  const blamed = config.fields.some((field) => problem?.fields[field.key]);
  return (
    <FormProvider {...form}>
      <form ref={box} onSubmit={submit} noValidate autoComplete="off" className="flex flex-col gap-4">
        <Sections config={config} members={members} gone={voided(config, typed)} />
        <SaveBar
          dirty={dirty}
          pending={save.isPending}
          onDiscard={() => {
            form.reset(startValues(config));
            save.reset();
            test.reset();
          }}
          error={!blamed && problem?.message}
          note={<TryResult state={test} />}
          extra={
            <Button pending={test.isPending} onClick={() => test.mutate({ sector, changes })}>
              <PlugZap /> {words.test}
            </Button>
          }
        />
        <LeaveGuard dirty={dirty && !save.isPending} />
        <span role="status" className="sr-only">
          {save.isSuccess && !dirty ? copy.saved : ''}
        </span>
      </form>
    </FormProvider>
  );
}

/** The form with what is stored, what stands in it, and what of it is new. */
function useSectorForm(config: Schema<'SectorConfig'>) {
  const schema = useMemo(() => buildSchema(config), [config]);
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: startValues(config),
    shouldFocusError: false,
    mode: 'onTouched',
  });
  const typed = useWatch({ control: form.control }) as Values;
  return { form, typed, changes: changesOf(config, typed) };
}

/** A secret that is to be entered again gets its box before it takes the focus. */
function openBoxes(form: ReturnType<typeof useForm<Values>>, fields: readonly string[]) {
  for (const key of fields) {
    const value = form.getValues(key);
    if (isSecret(value) && value.act === 'keep') form.setValue(key, { act: 'replace', text: '' });
  }
}

function Sections({ config, members, gone }: Props & { gone: ReadonlySet<string> }) {
  return sections(config.fields).map((section) => (
    <Card key={section.fields[0]?.key} title={section.group ? groupName(section.group) : undefined}>
      {section.fields.map((field) => (
        <SectorFieldLine
          key={field.key}
          field={field}
          setting={config.settings.find((setting) => setting.key === field.key)}
          voided={gone.has(field.key)}
          members={members}
        />
      ))}
    </Card>
  ));
}
