import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asApiError } from '../../api/client';
import { roleName, useMe } from '../../api/session';
import type { Member } from '../../api/types';
import { date } from '../../lib/format';
import { Card } from '../../ui/card';
import { Select } from '../../ui/select';
import { toast } from '../../ui/toast';
import { availabilityName, copy, roleHelp, statusName } from './copy';
import { useSetAvailability } from './mutations';
import type { Permit } from './permit';
import { teamsQuery } from './queries';
import type { Availability } from './words';

export const AVAILABILITIES = (Object.keys(availabilityName) as Availability[]).map((value) => ({
  value,
  label: availabilityName[value],
}));

/** Who the person is and how to reach them. */
export function InfoCard({ member, may }: { member: Member; may: Permit }) {
  const { zone } = useMe().client;
  const team = useQuery(teamsQuery).data?.find((line) => line.id === member.team_id);
  return (
    <Card title={copy.info}>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:gap-x-8 lg:grid-cols-4">
        <Line label={copy.email}>{member.email}</Line>
        <Line label={copy.phone}>{member.phone ?? copy.none}</Line>
        <Line label={copy.role} note={roleHelp[member.role]}>
          {roleName(member.role)}
        </Line>
        <Line label={copy.jobTitle}>{member.title ?? copy.none}</Line>
        <Line label={copy.team}>{team?.name ?? copy.none}</Line>
        <Line label={copy.joined}>{date(member.joined_at, zone)}</Line>
        <Line label={copy.standing}>{statusName[member.status]}</Line>
        <Line label={copy.availability} note={copy.availabilityNote}>
          {may.availability && member.status === 'active' ? (
            <AvailabilityChoice member={member} />
          ) : (
            availabilityName[member.availability]
          )}
        </Line>
        <Line label={copy.takesCalls}>{member.takes_calls ? 'Yes' : 'No'}</Line>
        <Line label={copy.openLimit}>{member.open_limit}</Line>
      </dl>
    </Card>
  );
}

function AvailabilityChoice({ member }: { member: Member }) {
  const set = useSetAvailability(member.id);
  return (
    <Select
      label={copy.availability}
      options={AVAILABILITIES}
      value={member.availability}
      onChange={(next) =>
        set.mutate(next, {
          onError: (error) =>
            toast({ title: 'Availability not changed', description: asApiError(error).message }),
        })
      }
    />
  );
}

function Line({ label, note, children }: { label: string; note?: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-ink-3">{label}</dt>
      <dd className="tabular mt-0.5 text-base">
        {children}
        {note && <span className="mt-0.5 block text-xs text-ink-3">{note}</span>}
      </dd>
    </div>
  );
}
