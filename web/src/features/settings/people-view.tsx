import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Plus } from 'lucide-react';
import { memo, useDeferredValue, useMemo, useRef, useState } from 'react';
import { asApiError } from '../../api/client';
import { keys } from '../../api/keys';
import { may, roleName, useMe } from '../../api/session';
import { membersQuery } from '../../api/team';
import type { Member, Role, Schema } from '../../api/types';
import { Avatar } from '../../ui/avatar';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Confirm } from '../../ui/dialog';
import { SearchField } from '../../ui/field';
import { Page } from '../../ui/page';
import { Select } from '../../ui/select';
import { NoMatch } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { toast } from '../../ui/toast';
import { InviteDialog } from './invite-dialog';
import { LinkDialog } from './link-dialog';
import { invite, setRole, withdraw } from './mutations';
import { peopleCopy as words } from './people-copy';
import { TeamsCard } from './teams-card';

/** Height of a row in px until it was measured: on a phone it wraps. */
const PERSON = 64;

type Made = { name: string; link: Schema<'LinkMade'> };

export function PeopleView() {
  const { data: members } = useSuspenseQuery(membersQuery);
  const [filter, setFilter] = useState('');
  const [inviting, begin] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  // Typing stays smooth while the list is drawn.
  const sought = useDeferredValue(filter);
  const shown = useMemo(() => members.filter((member) => fits(member, sought)), [members, sought]);
  return (
    <Page
      title={words.title}
      note={words.note}
      width="narrow"
      actions={
        <Button variant="primary" onClick={() => begin(true)}>
          <Plus /> {words.invite}
        </Button>
      }
    >
      <Card
        title={words.people}
        note={words.members(members.length)}
        body="flush"
        action={
          <div className="w-60">
            <SearchField
              label={words.filter}
              value={filter}
              onChange={(event) => setFilter(event.currentTarget.value)}
            />
          </div>
        }
      >
        {shown.length === 0 && <NoMatch what={`“${filter}”`} onClear={() => setFilter('')} />}
        {shown.length > 0 && <People members={shown} onLink={setMade} />}
      </Card>
      <TeamsCard members={members} />
      {inviting && <InviteDialog onClose={() => begin(false)} onLink={setMade} />}
      {made && <LinkDialog {...made} onClose={() => setMade(null)} />}
    </Page>
  );
}

interface PeopleProps {
  members: readonly Member[];
  onLink: (made: Made) => void;
}

/** Of hundreds of people only those in sight exist; the list scrolls in its place. */
function People({ members, onLink }: PeopleProps) {
  const box = useRef<HTMLUListElement>(null);
  const virtual = useVirtualizer({
    count: members.length,
    getScrollElement: () => box.current,
    estimateSize: () => PERSON,
    overscan: 6,
    getItemKey: (at) => members[at]?.id ?? at,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <ul
      ref={box}
      aria-label={words.people}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard too
      tabIndex={0}
      className="max-h-160 overflow-y-auto -outline-offset-2"
    >
      <li aria-hidden="true" style={{ height: before }} />
      {items.map((item) => {
        const member = members[item.index];
        return (
          member && (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-setsize={members.length}
              aria-posinset={item.index + 1}
              className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-5 py-3"
            >
              <Person member={member} onLink={onLink} />
            </li>
          )
        );
      })}
      <li aria-hidden="true" style={{ height: after }} />
    </ul>
  );
}

function fits({ name, email }: Member, filter: string): boolean {
  const text = `${name} ${email}`.toLocaleLowerCase();
  return filter
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const Person = memo(function Person({ member, onLink }: { member: Member; onLink: (made: Made) => void }) {
  return (
    <>
      <Avatar name={member.name} />
      <div className="min-w-40 flex-1">
        <p className="flex flex-wrap items-center gap-2 text-base font-medium">
          {member.name}
          {member.status === 'invited' && <Badge tone="fine">{words.invited}</Badge>}
          {member.status === 'inactive' && <Badge>{words.inactive}</Badge>}
        </p>
        <p className="text-sm text-ink-3">{member.email}</p>
      </div>
      {member.status === 'invited' && (
        <Invitation member={member} onLink={(link) => onLink({ name: member.name, link })} />
      )}
      <RoleOf member={member} />
      <TextLink to={`/team/${member.id}`}>
        {words.profile}
        <span className="sr-only"> {member.name}</span>
      </TextLink>
    </>
  );
});

/** Pending rather than optimistic: a role decides what somebody may do. */
function RoleOf({ member }: { member: Member }) {
  const queryClient = useQueryClient();
  const me = useMe();
  const change = useMutation({
    mutationFn: setRole,
    onSuccess: (_, { role }) => {
      toast({ title: words.roleSaved(member.name, roleName(role)) });
      return queryClient.invalidateQueries({ queryKey: keys.members });
    },
    onError: (error) => toast({ title: words.roleFailed, description: asApiError(error).message }),
  });
  // Owners are an owner's business, and nobody's own role is.
  const fixed = member.id === me.member_id || (member.role === 'owner' && !may.own(me.role));
  if (fixed || member.status === 'inactive') {
    return <span className="w-36 px-3 text-base text-ink-2">{roleName(member.role)}</span>;
  }
  return (
    <div className="w-36">
      <Select
        label={words.roleOf(member.name)}
        options={rolesFor(me.role)}
        value={member.role}
        disabled={change.isPending}
        onChange={(role) => role !== member.role && change.mutate({ id: member.id, rev: member.rev, role })}
      />
    </div>
  );
}

/** Whom this role can make. */
export function rolesFor(mine: Role): { value: Role; label: string }[] {
  const roles: Role[] = may.own(mine)
    ? ['agent', 'supervisor', 'manager', 'owner']
    : ['agent', 'supervisor', 'manager'];
  return roles.map((value) => ({ value, label: roleName(value) }));
}

function Invitation({ member, onLink }: { member: Member; onLink: (link: Schema<'LinkMade'>) => void }) {
  const queryClient = useQueryClient();
  const [asking, ask] = useState(false);
  const again = useMutation({
    mutationFn: () => invite(member.id),
    onSuccess: onLink,
    onError: (error) => toast({ title: words.newLink, description: asApiError(error).message }),
  });
  const end = useMutation({
    mutationFn: () => withdraw(member.id),
    onSuccess: () => {
      ask(false);
      toast({ title: words.withdrawn });
      return queryClient.invalidateQueries({ queryKey: keys.members });
    },
  });
  return (
    <span className="flex gap-2">
      <Button
        size="sm"
        aria-label={`${words.newLink}: ${member.name}`}
        pending={again.isPending}
        onClick={() => again.mutate()}
      >
        {words.newLink}
      </Button>
      <Button
        size="sm"
        variant="danger"
        aria-label={`${words.withdraw}: ${member.name}`}
        onClick={() => ask(true)}
      >
        {words.withdraw}
      </Button>
      <Confirm
        open={asking}
        onClose={() => ask(false)}
        title={words.withdrawTitle(member.name)}
        action={words.withdraw}
        onConfirm={() => end.mutate()}
        pending={end.isPending}
        error={end.error ? asApiError(end.error).message : undefined}
      >
        {words.withdrawNote}
      </Confirm>
    </span>
  );
}
