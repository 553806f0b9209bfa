import { useSuspenseQuery } from '@tanstack/react-query';
import { Plus, Users } from 'lucide-react';
import { lazy, Suspense, useDeferredValue, useMemo, useState } from 'react';
import { may, useMe } from '../../api/session';
import { membersQuery } from '../../api/team';
import { useTyped } from '../../lib/use-typed';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { SearchField } from '../../ui/field';
import { Page } from '../../ui/page';
import { Select } from '../../ui/select';
import { Empty, NoMatch } from '../../ui/states';
import { copy, statusName } from './copy';
import { MemberList } from './member-list';
import { matching, memberRows, STATUSES, type StatusFilter } from './member-rows';

// The form's libraries come when somebody presses Add.
const AddMember = lazy(() => import('./add-member').then((m) => ({ default: m.AddMember })));

export interface TeamFilter {
  words: string;
  status: StatusFilter;
}

interface Props extends TeamFilter {
  /** From the URL, so that a shared link shows the same. */
  onFilter: (filter: TeamFilter) => void;
}

const OPTIONS = STATUSES.map((status) => ({
  value: status,
  label: status === 'all' ? copy.everybody : statusName[status],
}));

export function TeamView({ words, status, onFilter }: Props) {
  const me = useMe();
  const { data: members } = useSuspenseQuery(membersQuery);
  const [adding, setAdding] = useState(false);
  const [typed, setTyped] = useTyped(words, (next) => onFilter({ words: next, status }));
  const rows = useMemo(() => memberRows(members), [members]);
  // Typing stays smooth while the list is drawn.
  const sought = useDeferredValue(typed);
  const shown = useMemo(() => matching(rows, sought, status), [rows, sought, status]);
  const here = members.filter((member) => member.status !== 'inactive').length;
  const clear = () => {
    setTyped('');
    onFilter({ words: '', status: 'all' });
  };
  const add = may.manage(me.role) && (
    <Button variant="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      {copy.add}
    </Button>
  );
  return (
    <Page title={copy.title} note={copy.note(here)} actions={add || undefined}>
      <div className="flex flex-wrap gap-2">
        <div className="min-w-60 flex-1">
          <SearchField
            label={copy.search}
            value={typed}
            maxLength={200}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <div className="w-44 max-sm:w-full">
          <Select
            label={copy.status}
            options={OPTIONS}
            value={status}
            onChange={(next) => onFilter({ words: typed, status: next })}
          />
        </div>
      </div>
      <p role="status" className="sr-only">
        {sought && copy.shown(shown.length)}
      </p>
      <Card body="flush">
        {shown.length > 0 && <MemberList rows={shown} />}
        {shown.length === 0 && members.length > 0 && (
          <NoMatch what={sought ? `“${sought}”` : statusName[status as 'active']} onClear={clear} />
        )}
        {members.length === 0 && (
          <Empty icon={<Users />} title={copy.empty}>
            {copy.emptyNote}
          </Empty>
        )}
      </Card>
      {adding && (
        <Suspense fallback={null}>
          <AddMember onClose={() => setAdding(false)} />
        </Suspense>
      )}
    </Page>
  );
}
