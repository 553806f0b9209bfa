import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { channelsQuery } from '../../api/channels';
import { asApiError } from '../../api/client';
import type { Schema } from '../../api/types';
import { Button } from '../../ui/button';
import { ChoiceField, Field, PasswordField, TextField } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { FormError } from '../../ui/states';
import { Switch } from '../../ui/switch';
import { toast } from '../../ui/toast';
import { textOf, useFormDialog } from '../../ui/use-form-dialog';
import { setCarrier } from './mutations';
import { phoneCopy as words } from './phone-copy';

const REGIONS = [
  { value: 'https://api.in.exotel.com', label: 'Mumbai' },
  { value: 'https://api.exotel.com', label: 'Singapore' },
] as const;
const FIELDS = ['fallback_number', 'host', 'account_sid', 'key', 'token'] as const;

/** The carrier's login is written and never read back; empty boxes keep it. */
export function CarrierDialog({ channel, onClose }: { channel: Schema<'Channel'>; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [keepTalks, setKeepTalks] = useState(channel.keep_talks);
  const done = async () => {
    await queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey });
    toast({ title: words.saved });
    onClose();
  };
  const dialog = useFormDialog((typed) => setCarrier({ ...channel, body: bodyOf(typed, keepTalks) }), done);
  const remove = useMutation({
    mutationFn: () => setCarrier({ ...channel, body: { api: null } }),
    onSuccess: done,
  });
  // The server names a part of the login `api.key`.
  const error = (name: string) => dialog.fields[name] ?? dialog.fields[`api.${name}`];
  return (
    <FormDialog
      dialog={dialog}
      onClose={onClose}
      title={words.carrierTitle}
      note={words.carrierNote}
      action={words.save}
      more={
        channel.carrier_login_set && (
          <Button variant="danger" pending={remove.isPending} onClick={() => remove.mutate()}>
            {words.carrierRemove}
          </Button>
        )
      }
    >
      <TextField
        label={words.fallback}
        help={words.fallbackHelp}
        optional
        name="fallback_number"
        type="tel"
        defaultValue={channel.fallback_number ?? ''}
        error={error('fallback_number')}
      />
      {channel.carrier_login_set && <p className="text-sm text-ink-3">{words.carrierKeep}</p>}
      <LoginFields error={error} />
      <Field label={words.keepTalks} help={words.keepTalksHelp}>
        {({ id, 'aria-describedby': described }) => (
          <Switch id={id} aria-describedby={described} checked={keepTalks} onChange={setKeepTalks} />
        )}
      </Field>
      <FormError>
        {dialog.general([...FIELDS, ...FIELDS.map((name) => `api.${name}`)]) ??
          (remove.error && asApiError(remove.error).message)}
      </FormError>
    </FormDialog>
  );
}

/** Where the carrier is, and what it lets in. */
function LoginFields({ error }: { error: (name: string) => string | undefined }) {
  return (
    <>
      <ChoiceField
        label={words.host}
        name="host"
        options={REGIONS}
        defaultValue="https://api.in.exotel.com"
        error={error('host')}
      />
      <TextField
        label={words.account}
        name="account_sid"
        autoComplete="off"
        spellCheck={false}
        error={error('account_sid')}
      />
      <PasswordField label={words.key} name="key" error={error('key')} />
      <PasswordField label={words.token} name="token" error={error('token')} />
    </>
  );
}

function bodyOf(typed: FormData, keepTalks: boolean): Schema<'SetCarrier'> {
  const body: Schema<'SetCarrier'> = {
    fallback_number: textOf(typed, 'fallback_number'),
    keep_talks: keepTalks,
  };
  const [account_sid, key, token] = ['account_sid', 'key', 'token'].map((name) => textOf(typed, name) ?? '');
  if (account_sid || key || token) {
    const host = String(typed.get('host'));
    body.api = { host, account_sid: account_sid ?? '', key: key ?? '', token: token ?? '' };
  }
  return body;
}
