import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { agentsQuery } from '../../api/agents';
import { channelsQuery } from '../../api/channels';
import { SECTORS, sectorName } from '../../api/sectors';
import { useMe } from '../../api/session';
import type { Agent, Schema, Sector } from '../../api/types';
import { ChoiceField, Field, TextField } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Select } from '../../ui/select';
import { FormError } from '../../ui/states';
import { Switch } from '../../ui/switch';
import { toast } from '../../ui/toast';
import { textOf, useFormDialog } from '../../ui/use-form-dialog';
import { editChannel, makeChannel } from './mutations';
import { kindName, phoneCopy as words } from './phone-copy';
import { teamsQuery } from './queries';

type Channel = Schema<'Channel'>;
const FIELDS = ['kind', 'name', 'number', 'sector', 'entry_agent_id', 'team_id', 'account_sid'] as const;
const SECTOR_OPTIONS = SECTORS.map((value) => ({ value, label: sectorName(value) }));
const KINDS = (['phone', 'echo', 'rehearsal'] as const).map((value) => ({ value, label: kindName(value) }));

/** Makes a channel, or edits the given one. */
export function ChannelDialog({ channel, onClose }: { channel?: Channel; onClose: () => void }) {
  const queryClient = useQueryClient();
  const { client } = useMe();
  const { data: agents } = useSuspenseQuery(agentsQuery);
  const { data: teams } = useSuspenseQuery(teamsQuery);
  const [sector, setSector] = useState<Sector>(channel?.sector ?? client.sector);
  const [active, setActive] = useState(channel?.is_active ?? true);
  const here = agents.filter((agent) => agent.sector === sector);
  const send = (typed: FormData) => {
    const body = bodyOf(typed, sector);
    if (channel) return editChannel({ ...channel, body: { ...body, is_active: active } });
    return makeChannel({ ...body, kind: typed.get('kind') as Schema<'ChannelKind'> });
  };
  const dialog = useFormDialog(send, async () => {
    await queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey });
    toast({ title: channel ? words.saved : words.made });
    onClose();
  });
  const { fields } = dialog;
  return (
    <FormDialog
      dialog={dialog}
      onClose={onClose}
      title={channel ? words.editTitle(channel.name) : words.addTitle}
      note={channel ? undefined : words.addNote}
      action={channel ? words.save : words.add}
    >
      <LineFields channel={channel} fields={fields} />
      <Field label={words.sector} error={fields.sector}>
        {(ids) => <Select {...ids} options={SECTOR_OPTIONS} value={sector} onChange={setSector} />}
      </Field>
      {/* The choice of an agent belongs to its sector. */}
      <AgentField key={sector} channel={channel} agents={here} error={fields.entry_agent_id} />
      <ChoiceField
        label={words.team}
        name="team_id"
        options={teams.map((team) => ({ value: String(team.id), label: team.name }))}
        defaultValue={String(channel?.team_id ?? teams[0]?.id ?? '')}
        error={fields.team_id}
      />
      <TextField
        label={words.account}
        help={words.accountHelp}
        optional
        name="account_sid"
        autoComplete="off"
        spellCheck={false}
        defaultValue={channel?.account_sid ?? ''}
        error={fields.account_sid}
      />
      {channel && (
        <Field label={words.active}>
          {({ id }) => <Switch id={id} checked={active} onChange={setActive} />}
        </Field>
      )}
      <FormError>{dialog.general(FIELDS)}</FormError>
    </FormDialog>
  );
}

interface LineProps {
  channel: Channel | undefined;
  fields: Readonly<Record<string, string>>;
}

/** What is set once, then what a line is called and dialled by. */
function LineFields({ channel, fields }: LineProps) {
  return (
    <>
      {!channel && (
        <ChoiceField
          label={words.kind}
          name="kind"
          options={KINDS}
          defaultValue="phone"
          error={fields.kind}
        />
      )}
      <TextField label={words.name} name="name" defaultValue={channel?.name} error={fields.name} />
      <TextField
        label={words.number}
        help={words.numberHelp}
        name="number"
        type="tel"
        defaultValue={channel?.number ?? ''}
        error={fields.number}
      />
    </>
  );
}

interface AgentProps {
  channel: Channel | undefined;
  /** Of the sector that is chosen. */
  agents: readonly Agent[];
  error: string | undefined;
}

/** Who answers; the first of the sector unless the channel has one of it. */
function AgentField({ channel, agents, error }: AgentProps) {
  const options = agents.map((agent) => ({ value: String(agent.agent_id), label: agent.name }));
  const entry = options.find(({ value }) => value === String(channel?.entry_agent_id)) ?? options[0];
  return (
    <ChoiceField
      label={words.agent}
      help={words.agentHelp}
      name="entry_agent_id"
      options={options}
      defaultValue={entry?.value ?? ''}
      error={error}
    />
  );
}

function bodyOf(typed: FormData, sector: Sector) {
  return {
    name: textOf(typed, 'name') ?? '',
    number: textOf(typed, 'number'),
    sector,
    entry_agent_id: Number(typed.get('entry_agent_id')),
    team_id: Number(typed.get('team_id')),
    account_sid: textOf(typed, 'account_sid'),
  };
}
