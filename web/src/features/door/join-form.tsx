import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { asApiError } from '../../api/client';
import type { Schema, User } from '../../api/types';
import { Button } from '../../ui/button';
import { PasswordField, TextField } from '../../ui/field';
import { FormError } from '../../ui/states';
import { copy } from './copy';
import { acceptInvitation } from './mutations';

interface Props {
  token: string;
  invitation: Schema<'Invitation'>;
  onDone: (user: User) => void;
}

export function JoinForm({ token, invitation, onDone }: Props) {
  const mutation = useMutation({ mutationFn: acceptInvitation, onSuccess: (entry) => onDone(entry.user) });
  const problem = mutation.error ? asApiError(mutation.error) : undefined;
  const isNew = invitation.password === 'new';
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = isNew ? String(form.get('name')) : null;
    mutation.mutate({ token, name, password: String(form.get('password')) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {/* For the password manager, which stores what it sees. */}
      <input type="hidden" name="email" autoComplete="username" value={invitation.email} />
      {isNew && (
        <TextField
          label={copy.join.name}
          name="name"
          autoComplete="name"
          required
          defaultValue={invitation.name}
          error={problem?.fields.name}
        />
      )}
      <PasswordField
        label={isNew ? copy.password.label : copy.login.password}
        help={isNew ? copy.password.help : copy.join.existing}
        name="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        required
        error={problem?.fields.password}
      />
      <FormError>{problem && !problem.fields.name && !problem.fields.password && problem.message}</FormError>
      <Button type="submit" variant="primary" size="lg" wide pending={mutation.isPending}>
        {copy.join.go}
      </Button>
    </form>
  );
}
