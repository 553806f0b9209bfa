import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { asApiError } from '../../api/client';
import { Button } from '../../ui/button';
import { PasswordField, TextField } from '../../ui/field';
import { FormError } from '../../ui/states';
import { copy } from './copy';
import { applyReset, askReset } from './mutations';

/** With a link: the new password. */
export function ResetForm({ token, onDone }: { token: string; onDone: () => void }) {
  const mutation = useMutation({ mutationFn: applyReset, onSuccess: onDone });
  const problem = mutation.error ? asApiError(mutation.error) : undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    mutation.mutate({ token, password: String(new FormData(event.currentTarget).get('password')) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <PasswordField
        label={copy.password.label}
        help={copy.password.help}
        name="password"
        minLength={12}
        required
        error={problem?.fields.password}
      />
      <FormError>{problem && !problem.fields.password && problem.message}</FormError>
      <Button type="submit" variant="primary" size="lg" wide pending={mutation.isPending}>
        {copy.reset.go}
      </Button>
    </form>
  );
}

/** Without one: where to send it. */
export function AskResetForm() {
  const mutation = useMutation({ mutationFn: askReset });
  const problem = mutation.error ? asApiError(mutation.error) : undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    mutation.mutate(String(new FormData(event.currentTarget).get('email')));
  };
  if (mutation.data) {
    return (
      <div role="status">
        <p className="text-base font-semibold">
          {mutation.data.sends_email ? copy.ask.sent : copy.ask.noMail}
        </p>
        <p className="mt-1 text-base text-ink-2">{mutation.data.detail}</p>
      </div>
    );
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={copy.login.email}
        name="email"
        type="email"
        autoComplete="username"
        required
        error={problem?.fields.email}
      />
      <FormError>{problem && !problem.fields.email && problem.message}</FormError>
      <Button type="submit" variant="primary" size="lg" wide pending={mutation.isPending}>
        {copy.ask.go}
      </Button>
    </form>
  );
}
