import { useQuery } from '@tanstack/react-query';
import { liveCallsQuery } from '../../api/calls';
import { asApiError } from '../../api/client';
import type { Member } from '../../api/types';
import { Confirm } from '../../ui/dialog';
import { toast } from '../../ui/toast';
import { standing } from './copy';
import { useSetStatus } from './mutations';

/** Asks with what follows from it; the toast takes it back. */
export function Deactivate({ member, onClose }: { member: Member; onClose: () => void }) {
  const calls = useQuery(liveCallsQuery).data;
  const set = useSetStatus(member.id);
  const undo = () =>
    set.mutate('active', {
      onSuccess: () => toast({ title: standing.back(member.name) }),
      onError: (error) => toast({ title: asApiError(error).message }),
    });
  const confirm = () =>
    set.mutate('inactive', {
      onSuccess: () => {
        onClose();
        // Who never accepted cannot be made active by us.
        const action = member.status === 'active' ? { label: standing.undo, run: undo } : undefined;
        toast({ title: standing.gone(member.name), action });
      },
    });
  const owned = calls?.filter((call) => call.owner_id === member.id || call.rescuer_id === member.id);
  return (
    <Confirm
      open
      onClose={onClose}
      title={standing.title(member.name)}
      action={standing.deactivate}
      onConfirm={confirm}
      pending={set.isPending}
      error={set.error ? asApiError(set.error).message : undefined}
    >
      <ul className="flex list-disc flex-col gap-1.5 pl-5">
        <li>{standing.login(member.name)}</li>
        {owned && <li>{standing.calls(owned.length)}</li>}
        <li>{standing.agents(member.agents.length)}</li>
        <li>{standing.kept}</li>
      </ul>
    </Confirm>
  );
}
