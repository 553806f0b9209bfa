import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ApiError } from '../../api/client';
import { companyQuery } from '../../api/company';
import { keys } from '../../api/keys';
import { sectorsQuery } from '../../api/sectors';
import type { Schema, Sector } from '../../api/types';
import { cn } from '../../lib/cn';
import { Button } from '../../ui/button';
import { ChoiceField, TextField } from '../../ui/field';
import { FormError } from '../../ui/states';
import { copy } from './copy';
import { StepCard } from './frame';
import { changeCompany } from './queries';
import type { Step } from './steps';

export interface StepProps {
  onStep: (step: Step) => void;
  onNext: () => void;
}

function useSave(onDone: () => void) {
  const queryClient = useQueryClient();
  const { data: company } = useSuspenseQuery(companyQuery);
  const save = useMutation<unknown, ApiError, Partial<Schema<'PutCompany'>>>({
    mutationFn: (change) => changeCompany(company, change),
    // Also after a refusal: somebody else may have changed it.
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.me }),
    onSuccess: onDone,
  });
  return { company, save };
}

export function SectorStep({ onStep, onNext }: StepProps) {
  const { data: lines } = useSuspenseQuery(sectorsQuery);
  const { company, save } = useSave(onNext);
  const [sector, setSector] = useState<Sector>(company.sector);
  const name = useId();
  return (
    <StepCard
      step="sector"
      {...copy.sector}
      onStep={onStep}
      onNext={onNext}
      action={
        <Button variant="primary" pending={save.isPending} onClick={() => save.mutate({ sector })}>
          {copy.go}
        </Button>
      }
    >
      <fieldset className="grid gap-2 sm:grid-cols-2">
        <legend className="sr-only">{copy.sector.title}</legend>
        {lines.map((line) => (
          <label
            key={line.sector}
            className={cn(
              'flex cursor-pointer gap-3 rounded-md border p-3 has-focus-visible:outline-2',
              line.sector === sector ? 'border-accent bg-accent-soft' : 'border-line hover:bg-hover',
            )}
          >
            <input
              type="radio"
              name={name}
              value={line.sector}
              checked={line.sector === sector}
              onChange={() => setSector(line.sector)}
              className="mt-0.5 size-4 accent-accent outline-none"
            />
            <span className="min-w-0">
              <span className="block text-base font-medium text-ink">{line.name}</span>
              <span className="block text-sm text-ink-2">{line.about}</span>
              <span className="mt-0.5 block text-xs text-ink-2">{copy.sector.agents(line.agents)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <FormError>{save.error?.message}</FormError>
    </StepCard>
  );
}

export function CompanyStep({ onStep, onNext }: StepProps) {
  const { company, save } = useSave(onNext);
  const form = useId();
  const fields = save.error?.fields ?? {};
  return (
    <StepCard
      step="company"
      title={copy.company.title}
      note={copy.company.note}
      onStep={onStep}
      onNext={onNext}
      action={
        <Button type="submit" form={form} variant="primary" pending={save.isPending}>
          {copy.go}
        </Button>
      }
    >
      <form
        id={form}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const typed = new FormData(event.currentTarget);
          const text = (key: string) => String(typed.get(key) ?? '');
          save.mutate({ name: text('name'), zone: text('zone'), language: text('language') });
        }}
      >
        <TextField
          label={copy.company.name}
          name="name"
          autoComplete="organization"
          defaultValue={company.name}
          error={fields.name}
        />
        <TextField
          label={copy.company.zone}
          help={copy.company.zoneHelp}
          name="zone"
          list="zones"
          spellCheck={false}
          defaultValue={company.zone}
          error={fields.zone}
        />
        <datalist id="zones">
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <ChoiceField
          label={copy.company.language}
          name="language"
          options={company.languages.map((value) => ({ value, label: languageName(value) }))}
          defaultValue={company.language}
          error={fields.language}
        />
        <FormError>{save.error && Object.keys(fields).length === 0 && save.error.message}</FormError>
      </form>
    </StepCard>
  );
}

const languages = new Intl.DisplayNames('en', { type: 'language' });

function languageName(tag: string): string {
  return languages.of(tag) ?? tag;
}
