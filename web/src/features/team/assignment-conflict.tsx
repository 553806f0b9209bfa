import { sectorName } from '../../api/sectors';
import type { Agent, Member } from '../../api/types';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Table } from '../../ui/table';
import { type Difference, differences, type Levels, levelsOf } from './assignment-draft';
import { assign } from './copy';

interface Props {
  mine: Levels;
  theirs: Member;
  agents: readonly Agent[];
  pending: boolean;
  onMine: () => void;
  onTheirs: () => void;
  onClose: () => void;
}

/** Both versions side by side: nobody's work is written over unseen. */
export function AssignmentConflict({ mine, theirs, agents, pending, onMine, onTheirs, onClose }: Props) {
  const rows = differences(mine, levelsOf(theirs.agents));
  const name = (id: number) => {
    const agent = agents.find((line) => line.agent_id === id);
    return agent ? `${agent.name}, ${sectorName(agent.sector)}` : `Agent ${id}`;
  };
  const level = (value: number | null) => (value === null ? assign.away : value);
  return (
    <Dialog
      open
      dismissible={false}
      onClose={onClose}
      title={assign.conflictTitle}
      note={assign.conflictNote}
      footer={
        <>
          <Button variant="primary" pending={pending} onClick={onMine}>
            {assign.keepMine}
          </Button>
          <Button onClick={onTheirs}>{assign.takeTheirs}</Button>
          <Button variant="ghost" onClick={onClose}>
            {assign.goOn}
          </Button>
        </>
      }
    >
      <Table<Difference>
        caption={assign.conflictTitle}
        rowKey={(row) => row.agent}
        rows={rows}
        columns={[
          { key: 'agent', head: 'Agent', cell: (row) => name(row.agent) },
          { key: 'mine', head: assign.mine, align: 'right', cell: (row) => level(row.mine) },
          { key: 'theirs', head: assign.theirs, align: 'right', cell: (row) => level(row.theirs) },
        ]}
      />
    </Dialog>
  );
}
