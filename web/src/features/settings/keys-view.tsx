import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { asApiError } from '../../api/client';
import { roleName, useMe } from '../../api/session';
import { membersQuery, nameOf } from '../../api/team';
import type { Role, Schema } from '../../api/types';
import { dayStart, nextDay } from '../../lib/days';
import { date, moment } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { CopyLine } from '../../ui/copy-line';
import { Confirm, Dialog } from '../../ui/dialog';
import { ChoiceField, TextField } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Page } from '../../ui/page';
import { Empty, FormError } from '../../ui/states';
import { toast } from '../../ui/toast';
import { textOf, useFormDialog } from '../../ui/use-form-dialog';
import { keysCopy as words } from './keys-copy';
import { makeApiKey, revokeApiKey } from './mutations';
import { apiKeysQuery } from './queries';

const ROLES = (['agent', 'supervisor', 'manager'] as const).map((value) => ({
  value,
  label: roleName(value),
}));

export function KeysView() {
  const { data: found } = useSuspenseQuery(apiKeysQuery);
  const [adding, add] = useState(false);
  // Only here, never in the cache: it is gone with the dialog.
  const [made, setMade] = useState<Schema<'ApiKeyMade'> | null>(null);
  return (
    <Page
      title={words.title}
      note={words.note}
      width="narrow"
      actions={
        <Button variant="primary" onClick={() => add(true)}>
          <Plus /> {words.add}
        </Button>
      }
    >
      <Card body="flush">
        {found.length === 0 && (
          <Empty icon={<KeyRound />} title={words.emptyTitle}>
            {words.empty}
          </Empty>
        )}
        <ul>
          {found.map((key) => (
            <KeyRow key={key.id} apiKey={key} />
          ))}
        </ul>
      </Card>
      {adding && <MakeDialog onClose={() => add(false)} onMade={setMade} />}
      {made && (
        <Dialog
          open
          onClose={() => setMade(null)}
          dismissible={false}
          title={words.made(made.name)}
          note={words.once}
          footer={
            <Button variant="primary" onClick={() => setMade(null)}>
              {words.done}
            </Button>
          }
        >
          <CopyLine label={words.made(made.name)} text={made.token} />
        </Dialog>
      )}
    </Page>
  );
}

function KeyRow({ apiKey }: { apiKey: Schema<'ApiKey'> }) {
  const queryClient = useQueryClient();
  const { zone } = useMe().client;
  const { data: members } = useSuspenseQuery(membersQuery);
  const [asking, ask] = useState(false);
  const revoke = useMutation({
    mutationFn: () => revokeApiKey(apiKey.id),
    onSuccess: () => {
      toast({ title: words.revoked });
      return queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    },
  });
  const facts = [
    words.madeAt(nameOf(members, apiKey.member_id), date(apiKey.created_at, zone)),
    apiKey.seen_at ? words.used(moment(apiKey.seen_at, zone)) : words.unused,
    apiKey.expires_at && words.until(date(apiKey.expires_at, zone)),
  ].filter(Boolean);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-5 py-3 first:border-0">
      <div className="min-w-40 flex-1">
        <p className="flex flex-wrap items-center gap-2 text-base font-medium">
          {apiKey.name} <Badge>{roleName(apiKey.role)}</Badge>
        </p>
        <p className="text-sm text-ink-3">{facts.join(' · ')}</p>
      </div>
      <Button
        size="sm"
        variant="danger"
        aria-label={`${words.revoke}: ${apiKey.name}`}
        onClick={() => ask(true)}
      >
        {words.revoke}
      </Button>
      <Confirm
        open={asking}
        onClose={() => ask(false)}
        title={words.revokeTitle(apiKey.name)}
        action={words.revoke}
        onConfirm={() => revoke.mutate()}
        pending={revoke.isPending}
        error={revoke.error ? asApiError(revoke.error).message : undefined}
      >
        {words.revokeNote}
      </Confirm>
    </li>
  );
}

function MakeDialog({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (key: Schema<'ApiKeyMade'>) => void;
}) {
  const queryClient = useQueryClient();
  const { zone } = useMe().client;
  const dialog = useFormDialog(
    (typed) => {
      const day = textOf(typed, 'expires_at');
      return makeApiKey({
        name: textOf(typed, 'name') ?? '',
        role: typed.get('role') as Role,
        // To the end of that day, as the company counts days.
        expires_at: day && new Date(dayStart(nextDay(day), zone) - 1_000).toISOString(),
      });
    },
    async (made) => {
      await queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
      onClose();
      onMade(made);
    },
  );
  return (
    <FormDialog dialog={dialog} onClose={onClose} title={words.add} action={words.add}>
      <TextField label={words.name} name="name" autoComplete="off" error={dialog.fields.name} />
      <ChoiceField
        label={words.role}
        name="role"
        options={ROLES}
        defaultValue="supervisor"
        error={dialog.fields.role}
      />
      <TextField
        label={words.expires}
        help={words.expiresHelp}
        optional
        name="expires_at"
        type="date"
        error={dialog.fields.expires_at}
      />
      <FormError>{dialog.general(['name', 'role', 'expires_at'])}</FormError>
    </FormDialog>
  );
}
