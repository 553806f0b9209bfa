import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { channelsQuery, requestsQuery } from '../../api/channels';
import type { ApiError } from '../../api/client';
import { keys } from '../../api/keys';
import { useMe } from '../../api/session';
import type { Schema } from '../../api/types';
import { carrierCanReach } from '../../lib/reach';
import { Dot } from '../../ui/badge';
import { Button } from '../../ui/button';
import { CopyLine, CopyText } from '../../ui/copy-line';
import { TextField } from '../../ui/field';
import { Note } from '../../ui/note';
import { FormError } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import type { StepProps } from './company-steps';
import { copy, mail } from './copy';
import { StepCard } from './frame';
import { makePhone } from './queries';

type Channel = Schema<'Channel'>;

const APPLETS: [keyof NonNullable<Channel['hook_urls']>, string, string][] = [
  ['voicebot', 'Voicebot applet', 'voicebot'],
  ['after_bot', 'Passthru after the Voicebot', 'after_bot'],
  ['connect', 'Connect applet', 'connect'],
  ['after_connect', 'Passthru after Connect', 'after_connect'],
  ['status', 'Status callback', 'status'],
];

export function PhoneStep({ onStep, onNext }: StepProps) {
  const { company, channels, add, form } = usePhone();
  const phone = channels.find((channel) => channel.kind === 'phone');
  return (
    <StepCard
      step="phone"
      title={copy.phone.title}
      note={copy.phone.note}
      onStep={onStep}
      onNext={onNext}
      action={
        phone ? undefined : (
          <Button type="submit" form={form} variant="primary" pending={add.isPending}>
            {copy.phone.make}
          </Button>
        )
      }
    >
      <div>
        <p className="mb-1.5 text-sm font-medium">{copy.phone.mail}</p>
        <CopyText label={copy.phone.mail} text={mail(company)} />
      </div>
      {phone ? (
        <Applets channel={phone} />
      ) : (
        <form
          id={form}
          noValidate
          className="grid gap-4 sm:grid-cols-2"
          onSubmit={(event) => {
            event.preventDefault();
            const typed = new FormData(event.currentTarget);
            add.mutate({ number: String(typed.get('number')), name: String(typed.get('name')) });
          }}
        >
          <TextField
            label={copy.phone.number}
            help={copy.phone.numberHelp}
            name="number"
            type="tel"
            autoComplete="off"
            error={add.error?.fields.number}
          />
          <TextField
            label={copy.phone.name}
            name="name"
            defaultValue="Main line"
            autoComplete="off"
            error={add.error?.fields.name}
          />
          <div className="col-span-full">
            <FormError>
              {add.error && Object.keys(add.error.fields).length === 0 && add.error.message}
            </FormError>
          </div>
        </form>
      )}
    </StepCard>
  );
}

function usePhone() {
  const queryClient = useQueryClient();
  const company = useMe().client.name;
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const add = useMutation<unknown, ApiError, { name: string; number: string }>({
    mutationFn: makePhone,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.channels }),
  });
  return { company, channels, add, form: useId() };
}

/** What is pasted where, and whether it was asked yet. */
function Applets({ channel }: { channel: Channel }) {
  const requests = useQuery(requestsQuery(channel.id));
  const lights = requests.data?.applets ?? [];
  if (!channel.hook_urls) return <p className="text-sm text-ink-3">{copy.phone.ownerOnly}</p>;
  const urls = channel.hook_urls;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-ink-2">
        {copy.phone.made} <TextLink to="/settings/phone">{copy.phone.later}</TextLink>
      </p>
      {!carrierCanReach(urls.voicebot) && <Note>{copy.phone.unreachable}</Note>}
      <ul className="flex flex-col gap-3">
        {APPLETS.map(([key, name, applet]) => {
          const asked = lights.some((light) => light.applet === applet && light.last_at != null);
          return (
            <li key={key}>
              <p className="mb-1 text-sm font-medium">{name}</p>
              <CopyLine label={name} text={urls[key]} />
              <p className="mt-1 flex items-center gap-2 text-xs text-ink-3">
                <Dot tone={asked ? 'good' : 'neutral'} />
                {asked ? copy.phone.received : copy.phone.waiting}
              </p>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
