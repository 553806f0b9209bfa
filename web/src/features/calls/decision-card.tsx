import { percent } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { type Column, Table } from '../../ui/table';
import { copy } from './copy';
import { type Weighing, weighings } from './decision';

interface Props {
  decision: unknown;
  memberName: (id: number | null | undefined) => string;
}

/** Why this owner: the stored decision in words, and everybody it weighed. */
export function DecisionCard({ decision, memberName }: Props) {
  const { why, rows } = weighings(decision);
  // The router knows ids; people know names.
  const said = why.replace(/^Member (\d+)/, (_, id) => memberName(Number(id)));
  const columns: Column<Weighing>[] = [
    {
      key: 'member',
      head: 'Member',
      cell: (row) => (
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{memberName(row.member)}</span>
          {row.chosen && <Badge tone="accent">{copy.chosen}</Badge>}
          {row.out && <span className="text-sm text-ink-3">{row.out}</span>}
        </span>
      ),
    },
    { key: 'expected', head: copy.expected, align: 'right', cell: (row) => percent(row.expected) },
    { key: 'load', head: copy.load, align: 'right', narrow: 'hide', cell: (row) => percent(row.load) },
    { key: 'open', head: copy.open, align: 'right', narrow: 'hide', cell: (row) => row.open },
    {
      key: 'value',
      head: copy.value,
      align: 'right',
      cell: (row) => <span className="tabular font-semibold">{row.value?.toFixed(0) ?? '–'}</span>,
    },
  ];
  return (
    <Card title={copy.decision} note={said || copy.unowned} body="flush">
      <Table caption={copy.decision} columns={columns} rows={rows} rowKey={(row) => row.member} />
      <p className="px-5 py-3 text-sm text-ink-3">{copy.formula}</p>
    </Card>
  );
}
