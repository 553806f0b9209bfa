import { useQuery } from '@tanstack/react-query';
import { ListFilter } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { agentsQuery } from '../../api/agents';
import { channelsQuery } from '../../api/channels';
import { may, useMe } from '../../api/session';
import { membersQuery } from '../../api/team';
import { outcomeName } from '../../lib/call-kind';
import { cn } from '../../lib/cn';
import { Button } from '../../ui/button';
import { Select } from '../../ui/select';
import { copy } from './copy';
import { DayField } from './day-field';
import { type CallSearch, isFiltered } from './filter';

interface Props {
  search: CallSearch;
  onSearch: (search: CallSearch) => void;
}

const ANY = '0';

// The picker is as large as the rest of the page, which is drawn without it.
const SearchSelect = lazy(() =>
  import('../../ui/search-select').then((part) => ({ default: part.SearchSelect<string> })),
);

/** What narrows the list; a member sees only his own calls and chooses no member. */
export function Filters({ search, onSearch }: Props) {
  const lead = may.lead(useMe().role);
  const agents = useQuery(agentsQuery).data ?? [];
  const set = (part: CallSearch) => onSearch({ ...search, ...part });
  // On a phone six filters would fill the screen before the first call.
  const [unfolded, unfold] = useState(isFiltered(search));
  return (
    <div className="px-5 pt-4 pb-3">
      <div className="sm:hidden">
        <Button aria-expanded={unfolded} onClick={() => unfold(!unfolded)}>
          <ListFilter /> {copy.filters}
        </Button>
      </div>
      <div
        className={cn(
          'grid gap-2 sm:grid-cols-2 lg:grid-cols-4 xl:grid-cols-[repeat(4,minmax(0,1fr))_auto_auto]',
          unfolded ? 'max-sm:mt-2' : 'max-sm:hidden',
        )}
      >
        {lead && <MemberFilter value={search.member} onChange={(member) => set({ member })} />}
        <Select
          label={copy.label.agent}
          value={String(search.agent ?? ANY)}
          onChange={(value) => set({ agent: number(value) })}
          options={any(
            copy.any.agent,
            agents.map((a) => [a.agent_id, a.name]),
          )}
        />
        <Select
          label={copy.label.outcome}
          value={search.outcome ?? ANY}
          onChange={(value) => set({ outcome: value === ANY ? undefined : (value as CallSearch['outcome']) })}
          options={any(copy.any.outcome, Object.entries(outcomeName))}
        />
        {lead && <ChannelFilter value={search.channel} onChange={(channel) => set({ channel })} />}
        <DayField
          label={copy.label.from}
          value={search.from}
          max={search.to}
          onChange={(from) => set({ from })}
        />
        <DayField label={copy.label.to} value={search.to} min={search.from} onChange={(to) => set({ to })} />
        {isFiltered(search) && (
          <div className="col-span-full">
            <Button size="sm" variant="ghost" onClick={() => onSearch({})}>
              {copy.clear}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

interface IdFilterProps {
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}

function MemberFilter({ value, onChange }: IdFilterProps) {
  const members = useQuery(membersQuery).data;
  const people = useMemo(
    () => any(copy.any.member, members?.map((m) => [m.id, m.name] as const) ?? []),
    [members],
  );
  return (
    <Suspense fallback={<div className="h-9 rounded-sm border border-control pointer-coarse:h-11" />}>
      <SearchSelect
        label={copy.label.member}
        search={copy.findMember}
        value={String(value ?? ANY)}
        onChange={(next) => onChange(number(next))}
        options={people}
      />
    </Suspense>
  );
}

function ChannelFilter({ value, onChange }: IdFilterProps) {
  const channels = useQuery(channelsQuery).data ?? [];
  return (
    <Select
      label={copy.label.channel}
      value={String(value ?? ANY)}
      onChange={(next) => onChange(number(next))}
      options={any(
        copy.any.channel,
        channels.map((c) => [c.id, c.name]),
      )}
    />
  );
}

function number(value: string): number | undefined {
  return value === ANY ? undefined : Number(value);
}

function any(label: string, list: readonly (readonly [number | string, string])[]) {
  return [{ value: ANY, label }, ...list.map(([value, name]) => ({ value: String(value), label: name }))];
}
