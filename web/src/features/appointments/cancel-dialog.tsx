import { useMutation, useQueryClient } from '@tanstack/react-query';
import { asApiError } from '../../api/client';
import { keys } from '../../api/keys';
import type { Appointment } from '../../api/types';
import { moment } from '../../lib/format';
import { Confirm } from '../../ui/dialog';
import { toast } from '../../ui/toast';
import { copy } from './copy';
import { cancelAppointment } from './queries';

interface Props {
  appointment: Appointment;
  doctor: string;
  zone: string;
  onClose: () => void;
}

/** Asks with what follows. Pending rather than optimistic: the slot may be the
 * next caller's a second later. */
export function CancelDialog({ appointment, doctor, zone, onClose }: Props) {
  const queryClient = useQueryClient();
  const { id, patient_name: name, starts_at } = appointment;
  const cancel = useMutation({
    mutationFn: () => cancelAppointment(id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.appointments });
      toast({ title: copy.cancelled });
      onClose();
    },
  });
  return (
    <Confirm
      open
      onClose={onClose}
      title={copy.cancelTitle(name)}
      action={copy.cancelNow}
      keep={copy.keep}
      onConfirm={() => cancel.mutate()}
      pending={cancel.isPending}
      error={cancel.error ? asApiError(cancel.error).message : undefined}
    >
      <ul className="flex list-disc flex-col gap-1.5 pl-5 wrap-anywhere">
        <li>{copy.cancelFree(moment(starts_at, zone), doctor)}</li>
        <li>{copy.cancelTold(name)}</li>
        <li>{copy.cancelKept}</li>
      </ul>
    </Confirm>
  );
}
