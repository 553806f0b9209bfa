import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { asApiError } from '../../api/client';
import { meQuery, roleName, useMe } from '../../api/session';
import type { Schema } from '../../api/types';
import { Card } from '../../ui/card';
import { Page } from '../../ui/page';
import { Select } from '../../ui/select';
import { toast } from '../../ui/toast';
import { copy } from './copy';
import { PasswordCard } from './password-card';
import { setAvailability } from './queries';
import { SessionsCard } from './sessions-card';

const AVAILABILITIES: { value: Schema<'Availability'>; label: string }[] = [
  { value: 'available', label: 'Available' },
  { value: 'busy', label: 'Busy' },
  { value: 'away', label: 'Away' },
  { value: 'offline', label: 'Offline' },
];

interface Props {
  /** What belongs to the browser, not to the login. */
  look: ReactNode;
  onGone: () => void;
}

export function ProfileView({ look, onGone }: Props) {
  const me = useMe();
  return (
    <Page
      title={copy.title}
      note={`${me.name} · ${me.email} · ${roleName(me.role)} at ${me.client.name}`}
      width="narrow"
    >
      <AvailabilityCard />
      <Card title={copy.look}>{look}</Card>
      <PasswordCard />
      <SessionsCard onGone={onGone} />
    </Page>
  );
}

function AvailabilityCard() {
  const me = useMe();
  const queryClient = useQueryClient();
  // Reversible and one's own: shown at once, taken back when it is refused.
  const set = useMutation({
    mutationFn: (next: Schema<'Availability'>) => setAvailability(me.member_id, next),
    onMutate: (availability) => queryClient.setQueryData(meQuery.queryKey, { ...me, availability }),
    onError: (error) => {
      queryClient.setQueryData(meQuery.queryKey, me);
      toast({ title: 'Availability not changed', description: asApiError(error).message });
    },
  });
  return (
    <Card title={copy.availability} note={copy.availabilityNote}>
      <div className="max-w-60">
        <Select
          label={copy.availability}
          options={AVAILABILITIES}
          value={me.availability}
          onChange={set.mutate}
        />
      </div>
    </Card>
  );
}

/** A setting on one line: words to the left, the control to the right. */
export function SettingRow({
  label,
  note,
  children,
}: {
  label: string;
  note?: string;
  children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line py-3 first:border-0 first:pt-0 last:pb-0">
      <label htmlFor={id} className="text-base font-medium">
        {label}
        {note && <span className="block text-sm font-normal text-ink-3">{note}</span>}
      </label>
      {children(id)}
    </div>
  );
}
