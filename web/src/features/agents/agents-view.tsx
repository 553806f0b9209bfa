import { useSuspenseQuery } from '@tanstack/react-query';
import { memo, useDeferredValue, useMemo } from 'react';
import { agentsQuery } from '../../api/agents';
import { sectorsQuery } from '../../api/sectors';
import { useMe } from '../../api/session';
import { membersQuery } from '../../api/team';
import type { Agent, Sector } from '../../api/types';
import { count, duration, durationInWords, percent } from '../../lib/format';
import { useTyped } from '../../lib/use-typed';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { SearchField } from '../../ui/field';
import { Page } from '../../ui/page';
import { Select } from '../../ui/select';
import { NoMatch } from '../../ui/states';
import { type AgentRow, agentRows, bySector, inWords, matching } from './agent-rows';
import { copy } from './copy';
import { KeeperList } from './keeper-list';

interface Props {
  /** From the URL, so that a shared link shows the same. */
  words: string;
  sector: Sector | 'all';
  onFilter: (filter: { words: string; sector: Sector | 'all' }) => void;
}

export function AgentsView({ words, sector, onFilter }: Props) {
  const me = useMe();
  const { data: agents } = useSuspenseQuery(agentsQuery);
  const { data: members } = useSuspenseQuery(membersQuery);
  const { data: sectors } = useSuspenseQuery(sectorsQuery);
  const names = useMemo(() => new Map(sectors.map((line) => [line.sector, line.name])), [sectors]);
  const rows = useMemo(() => agentRows(agents, members, names), [agents, members, names]);
  const [typed, setTyped] = useTyped(words, (next) => onFilter({ words: next, sector }));
  // Typing stays smooth while the list is drawn.
  const sought = useDeferredValue(typed);
  const groups = useMemo(
    () => bySector(matching(rows, sought, sector), me.client.sector),
    [rows, sought, sector, me.client.sector],
  );
  const clear = () => {
    setTyped('');
    onFilter({ words: '', sector: 'all' });
  };
  const options = [
    { value: 'all' as const, label: copy.allSectors },
    ...sectors.map((line) => ({ value: line.sector, label: line.name })),
  ];
  return (
    <Page title={copy.title} note={copy.note(agents.length)}>
      <div className="flex flex-wrap gap-2">
        <div className="min-w-60 flex-1">
          <SearchField label={copy.search} value={typed} onChange={(event) => setTyped(event.target.value)} />
        </div>
        <div className="w-52 max-sm:w-full">
          <Select
            label={copy.sector}
            options={options}
            value={sector}
            onChange={(next) => onFilter({ words: typed, sector: next })}
          />
        </div>
      </div>
      {groups.length === 0 && (
        <Card>
          <NoMatch what={sought ? `“${sought}”` : 'this sector'} onClear={clear} />
        </Card>
      )}
      {groups.map(([group, list]) => (
        <Card
          key={group}
          body="flush"
          title={names.get(group)}
          note={copy.count(list.length)}
          action={group === me.client.sector ? <Badge tone="accent">{copy.own}</Badge> : undefined}
        >
          <ul>
            {list.map((row) => (
              <AgentItem key={row.agent.agent_id} row={row} />
            ))}
          </ul>
        </Card>
      ))}
    </Page>
  );
}

const AgentItem = memo(function AgentItem({ row: { agent, keepers } }: { row: AgentRow }) {
  return (
    // What is out of sight is not laid out: fifty of these come back with a cleared search.
    <li className="grid gap-x-8 gap-y-3 border-t border-line px-5 py-4 [contain-intrinsic-size:auto_14rem] [content-visibility:auto] lg:grid-cols-[minmax(0,1fr)_18rem]">
      <div className="min-w-0">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <h3 className="text-base font-semibold">{agent.name}</h3>
          <p className="tabular text-sm text-ink-3">
            {copy.expected}{' '}
            <time title={durationInWords(agent.expected_handling_time)}>
              {duration(agent.expected_handling_time)}
            </time>
          </p>
        </div>
        <p className="mt-1 text-sm text-ink-2">{agent.purpose}</p>
        <Intents intents={agent.intents} />
        <Lines label={copy.resolves} lines={agent.resolves} />
        <Lines label={copy.escalates} lines={agent.escalates} />
      </div>
      <div className="min-w-0">
        {agent.figures && <Record figures={agent.figures} />}
        <p className="text-sm text-ink-3">{copy.assigned}</p>
        <KeeperList keepers={keepers} />
      </div>
    </li>
  );
});

/** What this company's callers got out of it. */
function Record({ figures }: { figures: NonNullable<Agent['figures']> }) {
  if (figures.calls === 0) return <p className="mb-3 text-sm text-ink-3">{copy.noCalls}</p>;
  const lines = [
    [copy.calls, count(figures.calls)],
    [copy.success, percent(figures.success_rate)],
    [copy.average, duration(figures.avg_handling_time)],
  ];
  return (
    <dl className="mb-3 grid grid-cols-3 gap-3 border-b border-line pb-3">
      {lines.map(([label, value]) => (
        <div key={label}>
          <dt className="text-xs text-ink-3">{label}</dt>
          <dd className="tabular text-base font-semibold">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Intents({ intents }: { intents: readonly string[] }) {
  return (
    <ul aria-label={copy.understands} className="mt-2 flex flex-wrap gap-1.5">
      {intents.map((intent) => (
        <li key={intent}>
          <Badge>{inWords(intent)}</Badge>
        </li>
      ))}
    </ul>
  );
}

function Lines({ label, lines }: { label: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <details className="mt-1.5 text-sm">
      <summary className="w-fit cursor-pointer rounded-sm py-0.5 text-ink-3 hover:text-ink pointer-coarse:py-3">
        {label} ({lines.length})
      </summary>
      <ul className="mt-1 list-disc pl-5 text-ink-2">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}
