import { useQuery } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { Plus, Waypoints } from 'lucide-react';
import { useRef, useState } from 'react';
import { agentsQuery } from '../../api/agents';
import { asApiError } from '../../api/client';
import { sectorName } from '../../api/sectors';
import type { Agent, Assignment, Member } from '../../api/types';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Confirm } from '../../ui/dialog';
import { Empty, FormError } from '../../ui/states';
import { dismissToast, toast } from '../../ui/toast';
import { AgentPicker } from './agent-picker';
import { AssignmentConflict } from './assignment-conflict';
import { changed, type Draft, FIRST_LEVEL, levelsOf, putBack, same } from './assignment-draft';
import { AssignedRow } from './assignment-row';
import { assign } from './copy';
import { staleMember, useAssign } from './mutations';

interface Props {
  member: Member;
  /** False for those who may look only. */
  editable: boolean;
}

export function AssignmentsCard({ member, editable }: Props) {
  const agents = useQuery(agentsQuery).data ?? [];
  const [picking, setPicking] = useState(false);
  const edit = useDraft(member);
  const levels = edit.draft?.now ?? levelsOf(member.agents);
  const rows = describe(levels, member.agents, agents);
  return (
    <Card
      title={assign.title}
      note={assign.note}
      body="flush"
      action={
        editable && (
          <Button size="sm" onClick={() => setPicking(true)}>
            <Plus aria-hidden />
            {assign.add}
          </Button>
        )
      }
    >
      {rows.length === 0 && (
        <Empty icon={<Waypoints />} title={assign.empty}>
          {assign.emptyNote}
        </Empty>
      )}
      <ul>
        {rows.map((row) => (
          <AssignedRow
            key={row.id}
            row={row}
            editable={editable}
            onLevel={(level) => edit.setLevel(row.id, level)}
            onRemove={() => edit.remove(row.id, row.name)}
          />
        ))}
      </ul>
      {edit.draft && <SaveBar edit={edit} />}
      {picking && (
        <AgentPicker
          agents={agents.filter((agent) => !levels.has(agent.agent_id))}
          onPick={(id) => edit.setLevel(id, FIRST_LEVEL)}
          onClose={() => setPicking(false)}
        />
      )}
      {edit.conflict && edit.draft && (
        <AssignmentConflict
          mine={edit.draft.now}
          theirs={edit.conflict}
          agents={agents}
          pending={edit.pending}
          onMine={edit.keepMine}
          onTheirs={edit.takeTheirs}
          onClose={edit.goOn}
        />
      )}
      <LeaveGuard on={edit.draft !== null} name={member.name} />
    </Card>
  );
}

function SaveBar({ edit }: { edit: ReturnType<typeof useDraft> }) {
  return (
    <div
      data-save-bar
      className="sticky bottom-0 z-10 flex flex-wrap items-center justify-between gap-3 border-t border-line bg-surface px-5 py-3"
    >
      <p role="status" className="text-sm text-ink-2">
        {assign.unsaved}
      </p>
      <div className="flex flex-row-reverse gap-2 max-sm:w-full max-sm:[&>*]:flex-1">
        <Button variant="primary" pending={edit.pending} onClick={edit.save}>
          {assign.save}
        </Button>
        <Button onClick={edit.discard}>{assign.discard}</Button>
      </div>
      {edit.error && (
        <div className="w-full">
          <FormError>{edit.error}</FormError>
        </div>
      )}
    </div>
  );
}

function LeaveGuard({ on, name }: { on: boolean; name: string }) {
  const blocker = useBlocker({
    // The range is part of the same page.
    shouldBlockFn: ({ current, next }) => on && current.pathname !== next.pathname,
    enableBeforeUnload: () => on,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <Confirm
      open
      onClose={blocker.reset}
      title={assign.leaveTitle}
      action={assign.leave}
      onConfirm={blocker.proceed}
    >
      {assign.leaveNote(name)}
    </Confirm>
  );
}

/** The draft of a member's assignments, from the first change to the save. */
function useDraft(member: Member) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const [conflict, setConflict] = useState<Member | null>(null);
  const put = useAssign(member.id);
  const undos = useRef<string[]>([]);
  const change = (how: (levels: Map<number, number>) => void) => setDraft((now) => changed(now, member, how));
  /** An Undo of what is saved or thrown away would do something else. */
  const settle = () => {
    for (const id of undos.current.splice(0)) dismissToast(id);
    setDraft(null);
    setConflict(null);
    put.reset();
  };
  const send = (from: Draft, rev: number) =>
    put.mutate(
      { levels: from.now, rev },
      {
        onSuccess: () => {
          settle();
          toast({ title: assign.saved });
        },
        onError: (error) => {
          const current = staleMember(error);
          if (!current) return;
          // Something else of the member was changed, such as the availability.
          if (same(from.base, levelsOf(current.agents)) && current.rev !== rev) send(from, current.rev);
          else setConflict(current);
        },
      },
    );
  const problem = put.error && !staleMember(put.error) ? asApiError(put.error).message : undefined;
  return {
    draft,
    conflict,
    pending: put.isPending,
    error: problem,
    setLevel: (id: number, level: number) => change((levels) => levels.set(id, level)),
    remove: (id: number, name: string) => {
      const before = draft?.now ?? levelsOf(member.agents);
      const level = before.get(id) ?? FIRST_LEVEL;
      change((levels) => levels.delete(id));
      const undo = () => change((levels) => putBack(levels, id, level, before));
      undos.current.push(toast({ title: assign.removed(name), action: { label: assign.undo, run: undo } }));
    },
    save: () => draft && send(draft, draft.rev),
    discard: settle,
    keepMine: () => draft && conflict && send(draft, conflict.rev),
    // The member in the cache is theirs since the refusal.
    takeTheirs: settle,
    goOn: () => {
      // The next save is a change of what they stored, knowingly.
      setConflict(null);
      put.reset();
    },
  };
}

export interface AssignedLine {
  id: number;
  name: string;
  /** With the sector: several have a front desk. */
  label: string;
  sector: Agent['sector'] | undefined;
  level: number;
  /** Undefined while it is not saved. */
  stored: Assignment | undefined;
}

function describe(
  levels: ReadonlyMap<number, number>,
  assigned: readonly Assignment[],
  agents: readonly Agent[],
): AssignedLine[] {
  return [...levels].map(([id, level]) => {
    const stored = assigned.find((line) => line.agent_id === id);
    const agent = stored ?? agents.find((line) => line.agent_id === id);
    const name = agent?.name ?? `Agent ${id}`;
    const label = agent ? `${name}, ${sectorName(agent.sector)}` : name;
    return { id, name, label, sector: agent?.sector, level, stored };
  });
}
