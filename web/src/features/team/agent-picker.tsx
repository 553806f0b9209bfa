import { Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { sectorName } from '../../api/sectors';
import { useMe } from '../../api/session';
import type { Agent } from '../../api/types';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { SearchField } from '../../ui/field';
import { Empty, NoMatch } from '../../ui/states';
import { assign, copy } from './copy';
import { sought } from './picker';

interface Props {
  /** Those that are not assigned. */
  agents: readonly Agent[];
  onPick: (id: number) => void;
  onClose: () => void;
}

/** Stays open, so that several can be assigned one after the other. */
export function AgentPicker({ agents, onPick, onClose }: Props) {
  const { sector } = useMe().client;
  const [words, setWords] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const found = sought(agents, words, sector);
  const pick = (id: number) => {
    onPick(id);
    // The pressed button is gone with its agent; typing goes on in the search.
    box.current?.querySelector('input')?.focus();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={assign.pick}
      note={assign.pickNote}
      footer={
        <Button variant="primary" onClick={onClose}>
          {copy.done}
        </Button>
      }
    >
      <div ref={box}>
        <SearchField
          label={assign.search}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          autoComplete="off"
        />
      </div>
      {agents.length === 0 && <Empty title={assign.allAssigned} />}
      {agents.length > 0 && found.length === 0 && (
        <NoMatch what={`“${words}”`} onClear={() => setWords('')} />
      )}
      <ul className="mt-3 flex flex-col">
        {found.map((agent) => (
          <li key={agent.agent_id}>
            <button
              type="button"
              onClick={() => pick(agent.agent_id)}
              className="flex min-h-11 w-full items-center justify-between gap-3 rounded-sm px-2 py-1.5 text-left -outline-offset-2 hover:bg-hover"
            >
              <span className="min-w-0">
                <span className="sr-only">{assign.assignOne} </span>
                <span className="block text-base font-medium">{agent.name}</span>
                <span className="block text-sm text-ink-3">{sectorName(agent.sector)}</span>
              </span>
              <Plus aria-hidden className="size-4 shrink-0 text-ink-3" />
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
