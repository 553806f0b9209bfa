import { useSuspenseQuery } from '@tanstack/react-query';
import { PhoneIncoming, Plus } from 'lucide-react';
import { useState } from 'react';
import { channelsQuery } from '../../api/channels';
import type { Schema } from '../../api/types';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Page } from '../../ui/page';
import { Empty } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { ChannelCard } from './channel-card';
import { ChannelDialog } from './channel-dialog';
import { phoneCopy as words } from './phone-copy';

/** So many numbers are shown whole. */
const UNFOLDED = 8;

export function PhoneView() {
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const [adding, add] = useState(false);
  const folded = channels.filter(({ kind }) => kind === 'phone').length > UNFOLDED;
  return (
    <Page
      title={words.title}
      note={
        <>
          {words.note} <TextLink to="/try">{words.talk}</TextLink>
        </>
      }
      width="narrow"
      actions={
        <Button variant="primary" onClick={() => add(true)}>
          <Plus /> {words.add}
        </Button>
      }
    >
      {channels.length === 0 && (
        <Card>
          <Empty icon={<PhoneIncoming />} title={words.emptyTitle}>
            {words.empty}
          </Empty>
        </Card>
      )}
      {inOrder(channels).map((channel) => (
        <ChannelCard key={channel.id} channel={channel} folded={folded} />
      ))}
      {adding && <ChannelDialog onClose={() => add(false)} />}
    </Page>
  );
}

/** Callers' numbers first, then the tests. */
function inOrder(channels: readonly Schema<'Channel'>[]): Schema<'Channel'>[] {
  return channels.toSorted((a, b) => Number(a.kind !== 'phone') - Number(b.kind !== 'phone'));
}
