import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { asApiError } from '../../api/client';
import { meQuery, useMe } from '../../api/session';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { PasswordField } from '../../ui/field';
import { FormError } from '../../ui/states';
import { toast } from '../../ui/toast';
import { copy } from './copy';
import { changePassword, sessionsQuery } from './queries';

export function PasswordCard() {
  const me = useMe();
  const queryClient = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: changePassword,
    onSuccess: ({ user }) => {
      form.current?.reset();
      queryClient.setQueryData(meQuery.queryKey, user);
      toast({ title: copy.changed, description: copy.changedNote });
      return queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
    onError: (error) => {
      const { fields } = asApiError(error);
      form.current
        ?.querySelector<HTMLInputElement>(fields.current ? '[name=current]' : '[name=new]')
        ?.focus();
    },
  });
  const problem = change.error ? asApiError(change.error) : undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    change.mutate({ current: String(typed.get('current')), new: String(typed.get('new')) });
  };
  return (
    <Card title={copy.password} note={copy.passwordNote}>
      <form ref={form} onSubmit={submit} className="flex max-w-95 flex-col gap-4">
        <input type="hidden" name="username" autoComplete="username" value={me.email} />
        <PasswordField
          label={copy.current}
          name="current"
          autoComplete="current-password"
          required
          error={problem?.fields.current}
        />
        <PasswordField
          label={copy.next}
          help={copy.nextHelp}
          name="new"
          minLength={12}
          required
          error={problem?.fields.new}
        />
        <FormError>{problem && !problem.fields.current && !problem.fields.new && problem.message}</FormError>
        <div>
          <Button type="submit" pending={change.isPending}>
            {copy.change}
          </Button>
        </div>
      </form>
    </Card>
  );
}
