import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { Controller, useForm } from 'react-hook-form';
import * as z from 'zod/mini';
import { asApiError } from '../../api/client';
import { companyQuery, saveCompany } from '../../api/company';
import { keys } from '../../api/keys';
import { SECTORS, sectorName } from '../../api/sectors';
import type { Schema, Sector } from '../../api/types';
import { Card } from '../../ui/card';
import { Input } from '../../ui/field';
import { focusFirstBad } from '../../ui/focus';
import { Page } from '../../ui/page';
import { Select } from '../../ui/select';
import { toast } from '../../ui/toast';
import { Conflict } from './conflict';
import { copy } from './copy';
import { LeaveGuard, SaveBar, SettingLine } from './parts';

type Company = Schema<'Company'>;

const schema = z.object({
  name: z
    .string()
    .check(z.trim(), z.minLength(1, 'A company needs a name.'), z.maxLength(120, 'At most 120 characters.')),
  sector: z.string() as unknown as z.ZodMiniType<Sector, Sector>,
  zone: z.string().check(z.refine(isZone, 'An IANA name such as Asia/Kolkata; choose one of the list.')),
  language: z.string(),
  fairness: z
    .string()
    .check(
      z.refine((text) => /^\d+$/.test(text.trim()) && Number(text) <= 80, 'A whole number from 0 to 80.'),
    ),
});
type Values = z.infer<typeof schema>;
const FIELDS = Object.keys(schema.shape) as (keyof Values)[];

const SECTOR_OPTIONS = SECTORS.map((value) => ({ value, label: sectorName(value) }));

export function CompanyView() {
  const { data: company } = useSuspenseQuery(companyQuery);
  return (
    <Page title={copy.company} note={copy.companyNote} width="narrow">
      <CompanyForm key={company.rev} company={company} />
    </Page>
  );
}

function CompanyForm({ company }: { company: Company }) {
  const queryClient = useQueryClient();
  const box = useRef<HTMLFormElement>(null);
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { ...company, fairness: String(company.fairness) },
    shouldFocusError: false,
    mode: 'onTouched',
  });
  const { isDirty } = form.formState;
  const save = useMutation({
    mutationFn: saveCompany,
    onSuccess: (saved) => {
      queryClient.setQueryData(companyQuery.queryKey, saved);
      toast({ title: copy.saved });
      // The zone cuts every day that is shown.
      return Promise.all(
        [keys.me, keys.dashboard, keys.summary].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
    },
    onError: (error) => {
      const { fields } = asApiError(error);
      for (const name of FIELDS) {
        const message = fields[name];
        if (message) form.setError(name, { message });
      }
      focusFirstBad(box.current);
    },
  });
  const problem = save.error ? asApiError(save.error) : undefined;
  const submit = form.handleSubmit(
    (typed) => save.mutate({ ...typed, fairness: Number(typed.fairness), rev: company.rev }),
    () => focusFirstBad(box.current),
  );
  const reread = () => {
    save.reset();
    form.reset();
    queryClient.invalidateQueries({ queryKey: companyQuery.queryKey });
  };
  return (
    <form ref={box} onSubmit={submit} noValidate className="flex flex-col gap-4">
      <CompanyFields form={form} languages={company.languages} />
      <SaveBar
        dirty={isDirty}
        pending={save.isPending}
        onDiscard={() => {
          form.reset();
          save.reset();
        }}
        error={problem?.status === 409 ? <Conflict onTheirs={reread} /> : general(problem, FIELDS)}
      />
      <LeaveGuard dirty={isDirty} />
    </form>
  );
}

interface FieldsProps {
  form: ReturnType<typeof useForm<Values>>;
  languages: Company['languages'];
}

function CompanyFields({ form, languages }: FieldsProps) {
  const { errors } = form.formState;
  return (
    <Card>
      <SettingLine label={copy.name} error={errors.name?.message}>
        {(ids) => <Input {...form.register('name')} {...ids} autoComplete="organization" />}
      </SettingLine>
      <SettingLine label={copy.sector} help={copy.sectorHelp} error={errors.sector?.message}>
        {(ids) => (
          <Controller
            control={form.control}
            name="sector"
            render={({ field }) => (
              <Select {...ids} options={SECTOR_OPTIONS} value={field.value} onChange={field.onChange} />
            )}
          />
        )}
      </SettingLine>
      <SettingLine label={copy.zone} help={copy.zoneHelp} error={errors.zone?.message}>
        {(ids) => <Input {...form.register('zone')} {...ids} list="zones" spellCheck={false} />}
      </SettingLine>
      <datalist id="zones">
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <SettingLine label={copy.language} error={errors.language?.message}>
        {(ids) => (
          <Controller
            control={form.control}
            name="language"
            render={({ field }) => (
              <Select
                {...ids}
                options={languages.map((value) => ({ value, label: languageName(value) }))}
                value={field.value}
                onChange={field.onChange}
              />
            )}
          />
        )}
      </SettingLine>
      <SettingLine label={copy.fairness} help={copy.fairnessHelp} error={errors.fairness?.message}>
        {(ids) => (
          <div className="w-28">
            <Input {...form.register('fairness')} {...ids} inputMode="numeric" />
          </div>
        )}
      </SettingLine>
    </Card>
  );
}

/** What no field is to blame for. */
function general(problem: ReturnType<typeof asApiError> | undefined, fields: readonly string[]) {
  return problem && !fields.some((field) => problem.fields[field]) ? problem.message : undefined;
}

function isZone(zone: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: zone });
    return zone !== '';
  } catch {
    return false;
  }
}

/** `en-IN` as `English (India): 12,34,567`, since the figures are what it is about. */
function languageName(language: string): string {
  const name = new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard' }).of(language);
  return `${name}: ${new Intl.NumberFormat(language).format(1_234_567)}`;
}
