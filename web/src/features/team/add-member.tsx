import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { type Control, Controller, useForm } from 'react-hook-form';
import { asApiError } from '../../api/client';
import { roleName, useMe } from '../../api/session';
import type { Member } from '../../api/types';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, TextField } from '../../ui/field';
import { Select } from '../../ui/select';
import { FormError } from '../../ui/states';
import { copy, roleHelp } from './copy';
import { form as words } from './dialog-copy';
import { LinkDialog } from './link-dialog';
import { type AddValues, addBody, addSchema } from './member-form';
import { useAddMember } from './mutations';
import { givenRoles } from './permit';
import { teamsQuery } from './queries';

const EMPTY: AddValues = { email: '', name: '', title: '', phone: '', role: 'agent', team: '' };

/** The form, then the link that the new person needs. */
export function AddMember({ onClose }: { onClose: () => void }) {
  const [added, setAdded] = useState<Member>();
  if (added) {
    return <LinkDialog member={added} kind="invitation" title={words.added(added.name)} onClose={onClose} />;
  }
  return <AddForm onClose={onClose} onAdded={setAdded} />;
}

function AddForm({ onClose, onAdded }: { onClose: () => void; onAdded: (member: Member) => void }) {
  const id = useId();
  const { form, submit, pending, problem } = useAdd(onAdded);
  const { errors } = form.formState;
  return (
    <Dialog
      open
      dismissible={!form.formState.isDirty}
      onClose={onClose}
      title={copy.add}
      note={words.addNote}
      footer={
        <>
          <Button variant="primary" type="submit" form={id} pending={pending}>
            {words.addAction}
          </Button>
          <Button onClick={onClose}>{words.cancel}</Button>
        </>
      }
    >
      <form id={id} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={copy.email}
          type="email"
          autoComplete="off"
          error={errors.email?.message}
          {...form.register('email')}
        />
        <TextField
          label={words.name}
          autoComplete="off"
          error={errors.name?.message}
          {...form.register('name')}
        />
        <RoleField control={form.control} />
        <TextField label={copy.jobTitle} optional error={errors.title?.message} {...form.register('title')} />
        <TextField
          label={copy.phone}
          optional
          type="tel"
          autoComplete="off"
          help={words.phoneHelp}
          error={errors.phone?.message}
          {...form.register('phone')}
        />
        <TeamField control={form.control} />
        <FormError>{problem}</FormError>
      </form>
    </Dialog>
  );
}

/** What the server refuses is said at its field; `problem` is what no field is to
 * blame for. */
function useAdd(onAdded: (member: Member) => void) {
  const add = useAddMember();
  const form = useForm<AddValues>({
    defaultValues: EMPTY,
    mode: 'onTouched',
    resolver: zodResolver(addSchema),
  });
  const submit = form.handleSubmit((values) =>
    add.mutate(addBody(values), {
      onSuccess: onAdded,
      onError: (error) => {
        const refused = Object.entries(asApiError(error).fields).filter(([field]) => field in EMPTY);
        for (const [field, message] of refused) {
          form.setError(field as keyof AddValues, { message }, { shouldFocus: true });
        }
      },
    }),
  );
  const problem = add.error ? asApiError(add.error) : undefined;
  const atField = problem && Object.keys(problem.fields).some((field) => field in EMPTY);
  return { form, submit, pending: add.isPending, problem: !atField && problem?.message };
}

function RoleField({ control }: { control: Control<AddValues> }) {
  const me = useMe();
  const roles = givenRoles(me.role).map((role) => ({ value: role, label: roleName(role) }));
  return (
    <Controller
      control={control}
      name="role"
      render={({ field, fieldState }) => (
        <Field label={copy.role} help={roleHelp[field.value]} error={fieldState.error?.message}>
          {(ids) => <Select {...ids} options={roles} value={field.value} onChange={field.onChange} />}
        </Field>
      )}
    />
  );
}

/** Nothing where there is nothing to choose. */
function TeamField({ control }: { control: Control<AddValues> }) {
  const teams = useQuery(teamsQuery).data ?? [];
  if (teams.length < 2) return null;
  return (
    <Controller
      control={control}
      name="team"
      render={({ field }) => (
        <Field label={copy.team}>
          {(ids) => (
            <Select
              {...ids}
              options={teams.map((team) => ({ value: String(team.id), label: team.name }))}
              value={field.value || String(teams[0]?.id)}
              onChange={field.onChange}
            />
          )}
        </Field>
      )}
    />
  );
}
