import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { type Control, Controller, useForm } from 'react-hook-form';
import { asApiError } from '../../api/client';
import { roleName } from '../../api/session';
import type { Member } from '../../api/types';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, TextField } from '../../ui/field';
import { Select } from '../../ui/select';
import { FormError } from '../../ui/states';
import { Switch } from '../../ui/switch';
import { toast } from '../../ui/toast';
import { assign, availabilityName, copy, roleHelp } from './copy';
import { conflict, form as words } from './dialog-copy';
import { AVAILABILITIES } from './info-card';
import { type Clash, clashes, type EditValues, editBody, editSchema, valuesOf } from './member-form';
import { staleMember, useEditMember } from './mutations';
import type { Permit } from './permit';
import { teamsQuery } from './queries';

interface Props {
  member: Member;
  may: Permit;
  onClose: () => void;
}

type Form = ReturnType<typeof useForm<EditValues>>;

export function EditMember({ member, may, onClose }: Props) {
  const id = useId();
  // What is edited stays what was opened, whatever the stream brings meanwhile.
  const opened = useRef(member).current;
  const base = valuesOf(opened);
  const form = useForm<EditValues>({
    defaultValues: base,
    mode: 'onTouched',
    resolver: zodResolver(editSchema),
  });
  const { send, theirs, pending, problem } = useSend(member.id, base, form, onClose);
  const shown = problem && problem.code !== 'stale' && !Object.keys(problem.fields).some((f) => f in FIELDS);
  return (
    <Dialog
      open
      dismissible={!form.formState.isDirty}
      onClose={onClose}
      title={words.editTitle(opened.name)}
      footer={
        <Footer
          form={id}
          pending={pending}
          onKeepMine={theirs && (() => send(form.getValues(), theirs.rev))}
          onClose={onClose}
        />
      }
    >
      {theirs ? (
        <BothVersions lines={clashes(base, form.getValues(), valuesOf(theirs))} />
      ) : (
        <form
          id={id}
          noValidate
          onSubmit={form.handleSubmit((values) => send(values, opened.rev))}
          className="flex flex-col gap-4"
        >
          <TextFields form={form} />
          <Choices control={form.control} may={may} />
          <FormError>{shown && problem.message}</FormError>
        </form>
      )}
    </Dialog>
  );
}

/** Sends what was changed since `base`; `theirs` is what somebody else saved
 * meanwhile, where both changed the same. */
function useSend(id: number, base: EditValues, form: Form, onClose: () => void) {
  const edit = useEditMember(id);
  const [theirs, setTheirs] = useState<Member | null>(null);
  const send = (values: EditValues, rev: number) => {
    const body = editBody(base, values);
    if (Object.keys(body).length === 0) return onClose();
    edit.mutate(
      { edit: body, rev },
      {
        onSuccess: () => {
          onClose();
          toast({ title: words.saved });
        },
        onError: (error) => refused(error, values, rev),
      },
    );
  };
  const refused = (error: unknown, values: EditValues, rev: number) => {
    const current = staleMember(error);
    if (current) {
      // Only fields that both changed are a conflict; ours are sent on their own.
      if (current.rev !== rev && clashes(base, values, valuesOf(current)).length === 0)
        send(values, current.rev);
      else setTheirs(current);
      return;
    }
    for (const [name, message] of Object.entries(asApiError(error).fields)) {
      const field = FIELDS[name];
      if (field) form.setError(field, { message }, { shouldFocus: true });
    }
  };
  const problem = edit.error ? asApiError(edit.error) : undefined;
  return { send, theirs, pending: edit.isPending, problem };
}

interface FooterProps {
  /** The id of what is submitted. */
  form: string;
  pending: boolean;
  /** There while both versions are shown. */
  onKeepMine: (() => void) | null;
  onClose: () => void;
}

function Footer({ form, pending, onKeepMine, onClose }: FooterProps) {
  return onKeepMine ? (
    <>
      <Button variant="primary" pending={pending} onClick={onKeepMine}>
        {conflict.keepMine}
      </Button>
      <Button onClick={onClose}>{conflict.takeTheirs}</Button>
    </>
  ) : (
    <>
      <Button variant="primary" type="submit" form={form} pending={pending}>
        {words.save}
      </Button>
      <Button onClick={onClose}>{words.cancel}</Button>
    </>
  );
}

// The server's names of the fields.
const FIELDS: Record<string, keyof EditValues> = {
  name: 'name',
  title: 'title',
  phone: 'phone',
  role: 'role',
  availability: 'availability',
  takes_calls: 'takesCalls',
  open_limit: 'openLimit',
  team_id: 'team',
};

const NAMES: Record<keyof EditValues, string> = {
  name: words.name,
  title: copy.jobTitle,
  phone: copy.phone,
  role: copy.role,
  availability: copy.availability,
  takesCalls: copy.takesCalls,
  openLimit: copy.openLimit,
  team: copy.team,
};

function TextFields({ form }: { form: Form }) {
  const { errors } = form.formState;
  return (
    <>
      <TextField label={words.name} error={errors.name?.message} {...form.register('name')} />
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
      <TextField
        label={copy.openLimit}
        inputMode="numeric"
        error={errors.openLimit?.message}
        {...form.register('openLimit')}
      />
    </>
  );
}

function Choices({ control, may }: { control: Control<EditValues>; may: Permit }) {
  const teams = useQuery(teamsQuery).data ?? [];
  const roles = may.roles.map((role) => ({ value: role, label: roleName(role) }));
  return (
    <>
      {roles.length > 0 && (
        <Controller
          control={control}
          name="role"
          render={({ field, fieldState }) => (
            <Field label={copy.role} help={roleHelp[field.value]} error={fieldState.error?.message}>
              {(ids) => <Select {...ids} options={roles} value={field.value} onChange={field.onChange} />}
            </Field>
          )}
        />
      )}
      <Controller
        control={control}
        name="availability"
        render={({ field, fieldState }) => (
          <Field label={copy.availability} help={copy.availabilityNote} error={fieldState.error?.message}>
            {(ids) => (
              <Select {...ids} options={AVAILABILITIES} value={field.value} onChange={field.onChange} />
            )}
          </Field>
        )}
      />
      {teams.length > 1 && (
        <Controller
          control={control}
          name="team"
          render={({ field, fieldState }) => (
            <Field label={copy.team} error={fieldState.error?.message}>
              {(ids) => (
                <Select
                  {...ids}
                  options={teams.map((team) => ({ value: String(team.id), label: team.name }))}
                  value={field.value}
                  onChange={field.onChange}
                />
              )}
            </Field>
          )}
        />
      )}
      <Controller
        control={control}
        name="takesCalls"
        render={({ field }) => (
          <div className="flex items-center justify-between gap-4">
            <div>
              <p className="text-sm font-medium">{copy.takesCalls}</p>
              <p className="text-sm text-ink-3">{words.takesCallsNote}</p>
            </div>
            <Switch label={copy.takesCalls} checked={field.value} onChange={field.onChange} />
          </div>
        )}
      />
    </>
  );
}

function BothVersions({ lines }: { lines: readonly Clash[] }) {
  return (
    <div role="alert">
      <p className="text-base font-semibold">{conflict.title}</p>
      <p className="mt-1 text-sm text-ink-3">{conflict.note}</p>
      <dl className="mt-4 flex flex-col gap-4">
        {lines.map(({ field, mine, theirs }) => (
          <div key={field}>
            <dt className="text-sm font-medium">{NAMES[field]}</dt>
            <dd className="mt-1 grid grid-cols-2 gap-4 text-base">
              <span>
                <span className="block text-xs text-ink-3">{assign.mine}</span>
                {inWords(field, mine)}
              </span>
              <span>
                <span className="block text-xs text-ink-3">{assign.theirs}</span>
                {inWords(field, theirs)}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function inWords(field: keyof EditValues, value: string): string {
  if (field === 'role') return roleName(value as EditValues['role']);
  if (field === 'availability') return availabilityName[value as EditValues['availability']];
  if (field === 'takesCalls') return value === 'true' ? 'Yes' : 'No';
  return value || copy.none;
}
