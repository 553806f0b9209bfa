import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys';
import { useMe } from '../../api/session';
import type { Role, Schema } from '../../api/types';
import { ChoiceField, Field, TextField } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Select } from '../../ui/select';
import { FormError } from '../../ui/states';
import { textOf, useFormDialog } from '../../ui/use-form-dialog';
import { addMember, invite } from './mutations';
import { ROLE_NOTES, peopleCopy as words } from './people-copy';
import { rolesFor } from './people-view';
import { teamsQuery } from './queries';

interface Props {
  onClose: () => void;
  onLink: (made: { name: string; link: Schema<'LinkMade'> }) => void;
}

const FIELDS = ['email', 'name', 'role', 'team_id'];

/** Adds somebody and makes the link at once: whoever is invited needs it. */
export function InviteDialog({ onClose, onLink }: Props) {
  const queryClient = useQueryClient();
  const me = useMe();
  const { data: teams } = useSuspenseQuery(teamsQuery);
  const [role, setRole] = useState<Role>('agent');
  const dialog = useFormDialog(
    async (typed) => {
      const member = await addMember({
        email: textOf(typed, 'email') ?? '',
        name: textOf(typed, 'name'),
        team_id: Number(typed.get('team_id')) || null,
        role,
      });
      await queryClient.invalidateQueries({ queryKey: keys.members });
      return { name: member.name, link: await invite(member.id) };
    },
    (made) => {
      onClose();
      onLink(made);
    },
  );
  return (
    <FormDialog
      dialog={dialog}
      onClose={onClose}
      title={words.inviteTitle}
      note={words.inviteNote}
      action={words.invite}
    >
      <TextField
        label={words.email}
        name="email"
        type="email"
        autoComplete="off"
        error={dialog.fields.email}
      />
      <TextField label={words.name} name="name" optional autoComplete="off" error={dialog.fields.name} />
      <Field label={words.role} help={ROLE_NOTES[role]} error={dialog.fields.role}>
        {(ids) => <Select {...ids} options={rolesFor(me.role)} value={role} onChange={setRole} />}
      </Field>
      <ChoiceField
        label={words.team}
        name="team_id"
        options={teams.map((team) => ({ value: String(team.id), label: team.name }))}
        defaultValue={String(teams[0]?.id ?? '')}
        error={dialog.fields.team_id}
      />
      <FormError>{dialog.general(FIELDS)}</FormError>
    </FormDialog>
  );
}
