import { useSuspenseQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { CLINIC, sectorsQuery } from '../../api/sectors';
import { useMe } from '../../api/session';
import { membersQuery } from '../../api/team';
import type { Sector } from '../../api/types';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { Page } from '../../ui/page';
import { Select } from '../../ui/select';
import { SkeletonRows } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { sectorCopy as words } from './copy';
import { sectorQuery } from './queries';

// What checks the form is larger than the page that shows it.
const SectorForm = lazy(() => import('./sector-form').then((m) => ({ default: m.SectorForm })));

interface Props {
  sector: Sector;
  onSector: (sector: Sector) => void;
}

export function SectorView({ sector, onSector }: Props) {
  const { data: config } = useSuspenseQuery(sectorQuery(sector));
  const { client } = useMe();
  const { data: lines } = useSuspenseQuery(sectorsQuery);
  const { data: members } = useSuspenseQuery(membersQuery);
  const options = lines.map((line) => ({
    value: line.sector,
    label: line.own ? `${line.name} (${words.own})` : line.name,
  }));
  return (
    <Page
      title={words.title}
      note={`${config.about} ${words.storedNote}`}
      width="narrow"
      actions={
        <div className="w-60">
          <Select label={words.which} options={options} value={sector} onChange={onSector} />
        </div>
      }
    >
      <Suspense fallback={<SkeletonRows rows={config.fields.length} />}>
        <SectorForm key={sector} config={config} members={members} />
      </Suspense>
      <Card title={words.agents}>
        <ul className="flex flex-wrap gap-2">
          {config.agents.map((agent) => (
            <li key={agent.agent_id}>
              <Badge>{agent.name}</Badge>
            </li>
          ))}
        </ul>
      </Card>
      {config.linked.map((group) => (
        <Card
          key={group.group}
          title={group.label}
          action={
            group.href === '/api/channels' && <TextLink to="/settings/phone">Open phone numbers</TextLink>
          }
        >
          <p className="text-sm text-ink-3">{group.items.join(', ') || 'None yet.'}</p>
        </Card>
      ))}
      {sector === CLINIC && client.sector === CLINIC && (
        <Card title={words.doctors} action={<TextLink to="/settings/doctors">{words.openDoctors}</TextLink>}>
          <p className="text-sm text-ink-3">{words.doctorsNote}</p>
        </Card>
      )}
    </Page>
  );
}
