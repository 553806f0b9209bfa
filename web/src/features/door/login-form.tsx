import { useMutation } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { asApiError } from '../../api/client';
import { login } from '../../api/session';
import type { User } from '../../api/types';
import { Button } from '../../ui/button';
import { PasswordField, TextField } from '../../ui/field';
import { FormError } from '../../ui/states';
import { copy } from './copy';

interface Props {
  /** Fixed where a session is only renewed. */
  email?: string;
  clientId?: string;
  onDone: (user: User) => void;
  children?: ReactNode;
}

export function LoginForm({ email, clientId, onDone, children }: Props) {
  const mutation = useMutation({
    mutationFn: (typed: { email: string; password: string }) => login(typed.email, typed.password, clientId),
    onSuccess: (entry) => onDone(entry.user),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // Read from the form: a password manager fills fields without telling React.
    const form = new FormData(event.currentTarget);
    mutation.mutate({ email: email ?? String(form.get('email')), password: String(form.get('password')) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={copy.login.email}
        name="email"
        type="email"
        autoComplete="username"
        required
        defaultValue={email}
        readOnly={email !== undefined}
      />
      <PasswordField
        label={copy.login.password}
        name="password"
        autoComplete="current-password"
        required
        autoFocus={email !== undefined}
      />
      <FormError>{mutation.error && asApiError(mutation.error).message}</FormError>
      <Button type="submit" variant="primary" size="lg" wide pending={mutation.isPending}>
        {copy.login.go}
      </Button>
      {children}
    </form>
  );
}
