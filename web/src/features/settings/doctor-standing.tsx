import { useMutation, useQueryClient } from '@tanstack/react-query';
import { asApiError } from '../../api/client';
import { doctorsQuery } from '../../api/doctors';
import type { Doctor } from '../../api/types';
import { Confirm } from '../../ui/dialog';
import { toast } from '../../ui/toast';
import { hoursSummary } from './doctor-draft';
import { doctorsCopy as words } from './doctors-copy';
import { saveDoctor } from './mutations';

interface Props {
  doctor: Doctor;
  /** No other can be booked. */
  last: boolean;
  onClose: () => void;
}

/** Takes a doctor out of what is offered, or back in, and says what follows. */
export function DoctorStanding({ doctor, last, onClose }: Props) {
  const queryClient = useQueryClient();
  const { id, rev, is_active, name, speciality, slot_minutes, hours } = doctor;
  const reread = () => queryClient.invalidateQueries({ queryKey: doctorsQuery.queryKey });
  const save = useMutation({
    mutationFn: () =>
      saveDoctor({ id, body: { name, speciality, slot_minutes, hours, is_active: !is_active, rev } }),
    onSuccess: async () => {
      // Gone before the list says so: the question is about what it was.
      onClose();
      toast({ title: is_active ? words.deactivated(name) : words.reactivated(name) });
      await reread();
    },
    onError: (error) => asApiError(error).code === 'stale' && reread(),
  });
  const problem = save.error ? asApiError(save.error) : undefined;
  const notes = is_active
    ? [...words.deactivateNotes(name), ...(last ? [words.lastNote] : [])]
    : words.reactivateNotes(name, hoursSummary(hours).join('; '));
  return (
    <Confirm
      open
      onClose={onClose}
      title={is_active ? words.deactivateTitle(name) : words.reactivateTitle(name)}
      action={is_active ? words.deactivate : words.reactivate}
      onConfirm={() => save.mutate()}
      pending={save.isPending}
      error={problem?.code === 'stale' ? words.changed : problem?.message}
    >
      <ul className="flex list-disc flex-col gap-1.5 pl-5 wrap-anywhere">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </Confirm>
  );
}
