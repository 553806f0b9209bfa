import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { asApiError } from '../../api/client';
import { SECTORS, sectorName } from '../../api/sectors';
import type { Sector, User } from '../../api/types';
import { Button } from '../../ui/button';
import { ChoiceField, PasswordField, TextField } from '../../ui/field';
import { FormError } from '../../ui/states';
import { copy } from './copy';
import { setUp } from './mutations';

const FIELDS = ['company', 'sector', 'zone', 'name', 'email', 'password'] as const;

/** The first company and its owner. */
export function SetupForm({ token, onDone }: { token: string; onDone: (user: User) => void }) {
  const mutation = useMutation({ mutationFn: setUp, onSuccess: (entry) => onDone(entry.user) });
  const problem = mutation.error ? asApiError(mutation.error) : undefined;
  const blamed = FIELDS.some((field) => problem?.fields[field]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [company, zone, name, email, password] = ['company', 'zone', 'name', 'email', 'password'].map(
      (key) => String(form.get(key)),
    ) as [string, string, string, string, string];
    const sector = String(form.get('sector')) as Sector;
    mutation.mutate({ token, sector, company, zone, name, email, password });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <CompanyFields faults={problem?.fields ?? {}} />
      <OwnerFields faults={problem?.fields ?? {}} />
      <FormError>{problem && !blamed && problem.message}</FormError>
      <Button type="submit" variant="primary" size="lg" wide pending={mutation.isPending}>
        {copy.setup.go}
      </Button>
    </form>
  );
}

/** By field. */
type Faults = Readonly<Record<string, string>>;

function CompanyFields({ faults }: { faults: Faults }) {
  return (
    <>
      <TextField
        label={copy.setup.company}
        name="company"
        autoComplete="organization"
        required
        error={faults.company}
      />
      <ChoiceField
        label={copy.setup.sector}
        name="sector"
        options={SECTORS.map((value) => ({ value, label: sectorName(value) }))}
        defaultValue="ecommerce"
        error={faults.sector}
      />
      <TextField
        label={copy.setup.zone}
        help={copy.setup.zoneHelp}
        name="zone"
        list="zones"
        required
        defaultValue={Intl.DateTimeFormat().resolvedOptions().timeZone}
        error={faults.zone}
      />
      <datalist id="zones">
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}

function OwnerFields({ faults }: { faults: Faults }) {
  return (
    <>
      <TextField label={copy.setup.name} name="name" autoComplete="name" required error={faults.name} />
      <TextField
        label={copy.login.email}
        name="email"
        type="email"
        autoComplete="username"
        required
        error={faults.email}
      />
      <PasswordField
        label={copy.password.label}
        help={copy.password.help}
        name="password"
        required
        error={faults.password}
      />
    </>
  );
}
