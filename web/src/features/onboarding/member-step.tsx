import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useRef } from 'react';
import type { ApiError } from '../../api/client';
import { keys } from '../../api/keys';
import { roleName } from '../../api/session';
import type { Member, Role, Schema } from '../../api/types';
import { Button } from '../../ui/button';
import { CopyLine } from '../../ui/copy-line';
import { ChoiceField, TextField } from '../../ui/field';
import { FormError } from '../../ui/states';
import type { StepProps } from './company-steps';
import { copy } from './copy';
import { StepCard } from './frame';
import { addMember, inviteMember } from './queries';

const ROLES: readonly Role[] = ['agent', 'supervisor', 'manager'];

interface Typed {
  name: string;
  email: string;
  role: Role;
}

export function MemberStep({ onStep, onNext }: StepProps) {
  const queryClient = useQueryClient();
  const form = useId();
  // Once he is in the team, a second press only asks for the link again.
  const added = useRef<Member | undefined>(undefined);
  const invite = useMutation<{ name: string; link: Schema<'LinkMade'> }, ApiError, Typed>({
    mutationFn: async (typed) => {
      if (added.current?.email !== typed.email) added.current = await addMember(typed);
      const { id, name } = added.current;
      return { name, link: await inviteMember(id) };
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.members }),
  });
  const made = invite.data;
  return (
    <StepCard
      step="member"
      title={copy.member.title}
      note={copy.member.note}
      onStep={onStep}
      onNext={onNext}
      action={
        made ? undefined : (
          <Button type="submit" form={form} variant="primary" pending={invite.isPending}>
            {copy.member.make}
          </Button>
        )
      }
    >
      {made ? (
        <div className="flex flex-col gap-3" role="status">
          <p className="text-base font-medium">{copy.member.made(made.name)}</p>
          <CopyLine label={copy.member.link} text={made.link.url} />
          <p className="text-sm text-ink-3">{copy.member.linkNote}</p>
        </div>
      ) : (
        <MemberForm id={form} problem={invite.error} onSend={invite.mutate} />
      )}
    </StepCard>
  );
}

interface FormProps {
  id: string;
  /** Why it was refused. */
  problem: ApiError | null;
  onSend: (typed: Typed) => void;
}

function MemberForm({ id, problem, onSend }: FormProps) {
  const fields = problem?.fields ?? {};
  return (
    <form
      id={id}
      noValidate
      className="grid gap-4 sm:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = new FormData(event.currentTarget);
        const text = (key: string) => String(typed.get(key) ?? '');
        onSend({ name: text('name'), email: text('email'), role: text('role') as Role });
      }}
    >
      <TextField label={copy.member.name} name="name" autoComplete="off" error={fields.name} />
      <TextField
        label={copy.member.email}
        name="email"
        type="email"
        autoComplete="off"
        error={fields.email}
      />
      <ChoiceField
        label={copy.member.role}
        name="role"
        options={ROLES.map((value) => ({ value, label: roleName(value) }))}
        defaultValue="agent"
        error={fields.role}
      />
      <div className="col-span-full">
        <FormError>{problem && Object.keys(fields).length === 0 && problem.message}</FormError>
      </div>
    </form>
  );
}
