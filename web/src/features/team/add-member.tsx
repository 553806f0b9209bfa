import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
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
  const me = useMe();
  const teams = useQuery(teamsQuery).data ?? [];
  const add = useAddMember();
  const form = useForm<AddValues>({
    defaultValues: EMPTY,
    mode: 'onTouched',
    resolver: zodResolver(addSchema),
  });
  const { errors } = form.formState;
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
  return (
    <Dialog
      open
      dismissible={!form.formState.isDirty}
      onClose={onClose}
      title={copy.add}
      note={words.addNote}
      footer={
        <>
          <Button variant="primary" type="submit" form={id} pending={add.isPending}>
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
        <Controller
          control={form.control}
          name="role"
          render={({ field }) => (
            <Field label={copy.role} help={roleHelp[field.value]} error={errors.role?.message}>
              {(ids) => (
                <Select
                  {...ids}
                  options={givenRoles(me.role).map((role) => ({ value: role, label: roleName(role) }))}
                  value={field.value}
                  onChange={field.onChange}
                />
              )}
            </Field>
          )}
        />
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
        {teams.length > 1 && (
          <Controller
            control={form.control}
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
        )}
        <FormError>{!atField && problem?.message}</FormError>
      </form>
    </Dialog>
  );
}
