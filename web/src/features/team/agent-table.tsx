import { sectorName } from '../../api/sectors';
import type { Schema } from '../../api/types';
import { count, duration, percent } from '../../lib/format';
import { Meter } from '../../ui/meter';
import { Empty } from '../../ui/states';
import { type Column, Table } from '../../ui/table';
import { figures } from './copy';
import { Stars } from './stars';

type Row = Schema<'AgentFigures'>;

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'agent',
    head: figures.agent,
    cell: (row) => (
      <span className="block min-w-36">
        <span className="block font-medium">{row.name}</span>
        <span className="block text-sm text-ink-3">
          {sectorName(row.sector)}
          {!row.assigned && ` · ${figures.unassigned}`}
        </span>
      </span>
    ),
  },
  { key: 'calls', head: figures.handled, align: 'right', cell: (row) => count(row.calls_handled) },
  {
    key: 'success',
    head: figures.success,
    cell: (row) =>
      row.success_rate == null ? (
        <span className="text-sm whitespace-nowrap text-ink-3">
          {row.calls_handled === 0 ? figures.noDay : figures.unknown}
        </span>
      ) : (
        <span className="flex min-w-40 items-center gap-3">
          <Meter value={row.success_rate} tone="accent" />
          <span className="w-11 shrink-0 text-right whitespace-nowrap">{percent(row.success_rate)}</span>
        </span>
      ),
  },
  {
    key: 'rating',
    head: figures.rating,
    narrow: 'hide',
    cell: (row) =>
      row.avg_rating == null ? (
        <span className="text-sm text-ink-3">{figures.noPart.satisfaction}</span>
      ) : (
        <Stars value={row.avg_rating} />
      ),
  },
  { key: 'time', head: figures.average, align: 'right', cell: (row) => duration(row.avg_handling_time) },
];

/** What the member did with each agent in the window. */
export function AgentTable({ agents }: { agents: readonly Row[] }) {
  if (agents.length === 0) return <Empty title={figures.noAgents}>{figures.noAgentsNote}</Empty>;
  const rows = agents.toSorted((a, b) => b.calls_handled - a.calls_handled || a.agent_id - b.agent_id);
  return <Table caption={figures.agents} columns={COLUMNS} rows={rows} rowKey={(row) => row.agent_id} />;
}
