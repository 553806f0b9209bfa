import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ApiError } from '../../api/client';
import { keys } from '../../api/keys';
import type { Task } from '../../api/types';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { TextArea } from '../../ui/field';
import { FormError } from '../../ui/states';
import { Segments } from '../../ui/tabs';
import { toast } from '../../ui/toast';
import { copy } from './copy';
import { close } from './queries';

type Helped = 'yes' | 'no';

/** Closes a task and says what came of it. */
export function CloseDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const form = useId();
  const queryClient = useQueryClient();
  const [helped, setHelped] = useState<Helped>('yes');
  const [note, setNote] = useState('');
  const save = useMutation<unknown, ApiError>({
    mutationFn: () => close(task, { resolved: helped === 'yes', note: note.trim() || null }),
    onSuccess: () => {
      toast({ title: copy.closed });
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.tasks }),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={copy.doneTitle}
      note={copy.doneNote}
      dismissible={note === ''}
      footer={
        <>
          <Button type="submit" form={form} variant="primary" pending={save.isPending}>
            {copy.save}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <div>
          <p aria-hidden className="mb-1.5 text-sm font-medium">
            {copy.helped}
          </p>
          <Segments
            label={copy.helped}
            value={helped}
            onChange={setHelped}
            options={[
              { value: 'yes', label: copy.yes },
              { value: 'no', label: copy.no },
            ]}
          />
        </div>
        <TextArea
          label={copy.noteLabel}
          optional
          rows={3}
          value={note}
          error={save.error?.fields.note}
          onChange={(event) => setNote(event.target.value)}
        />
        <FormError>{save.error && !save.error.fields.note && save.error.message}</FormError>
      </form>
    </Dialog>
  );
}
