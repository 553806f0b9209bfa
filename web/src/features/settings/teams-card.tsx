import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { asApiError } from '../../api/client';
import type { Member, Schema } from '../../api/types';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Confirm } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { FormError } from '../../ui/states';
import { toast } from '../../ui/toast';
import { textOf, useFormDialog } from '../../ui/use-form-dialog';
import { makeTeam, removeTeam, renameTeam } from './mutations';
import { peopleCopy as words } from './people-copy';
import { teamsQuery } from './queries';

type Team = Schema<'TeamGroup'>;
type Open = { act: 'add' } | { act: 'rename' | 'remove'; team: Team };

export function TeamsCard({ members }: { members: readonly Member[] }) {
  const { data: teams } = useSuspenseQuery(teamsQuery);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <Card
      title={words.teams}
      note={words.teamsNote}
      body="flush"
      action={
        <Button size="sm" onClick={() => setOpen({ act: 'add' })}>
          <Plus /> {words.addTeam}
        </Button>
      }
    >
      <ul>
        {teams.map((team) => (
          <li
            key={team.id}
            className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-5 py-3"
          >
            <div className="min-w-40 flex-1">
              <p className="text-base font-medium">{team.name}</p>
              <p className="text-sm text-ink-3">
                {words.members(members.filter((member) => member.team_id === team.id).length)}
              </p>
            </div>
            <span className="flex gap-2">
              <Button
                size="sm"
                aria-label={words.renameTeam(team.name)}
                onClick={() => setOpen({ act: 'rename', team })}
              >
                {words.rename}
              </Button>
              <Button
                size="sm"
                variant="danger"
                aria-label={words.removeTeam(team.name)}
                onClick={() => setOpen({ act: 'remove', team })}
              >
                {words.delete}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {open && open.act === 'add' && <NameDialog onClose={close} />}
      {open && open.act === 'rename' && <NameDialog team={open.team} onClose={close} />}
      {open && open.act === 'remove' && <Remove team={open.team} onClose={close} />}
    </Card>
  );
}

function NameDialog({ team, onClose }: { team?: Team; onClose: () => void }) {
  const queryClient = useQueryClient();
  const dialog = useFormDialog(
    (typed) => {
      const name = textOf(typed, 'name') ?? '';
      return team ? renameTeam({ ...team, name }) : makeTeam(name);
    },
    async () => {
      await queryClient.invalidateQueries({ queryKey: teamsQuery.queryKey });
      toast({ title: words.teamSaved });
      onClose();
    },
  );
  return (
    <FormDialog
      dialog={dialog}
      onClose={onClose}
      title={team ? words.renameTeam(team.name) : words.addTeam}
      action={team ? words.rename : words.addTeam}
    >
      <TextField
        label={words.teamName}
        name="name"
        defaultValue={team?.name}
        autoComplete="off"
        error={dialog.fields.name}
      />
      <FormError>{dialog.general(['name'])}</FormError>
    </FormDialog>
  );
}

function Remove({ team, onClose }: { team: Team; onClose: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeTeam(team.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: teamsQuery.queryKey });
      toast({ title: words.teamRemoved });
      onClose();
    },
  });
  return (
    <Confirm
      open
      onClose={onClose}
      title={words.removeTitle(team.name)}
      action={words.delete}
      onConfirm={() => remove.mutate()}
      pending={remove.isPending}
      error={remove.error ? asApiError(remove.error).message : undefined}
    >
      {words.removeNote}
    </Confirm>
  );
}
