import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys';
import type { Task } from '../../api/types';
import { TextArea } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { FormError } from '../../ui/states';
import { Segments } from '../../ui/tabs';
import { toast } from '../../ui/toast';
import { textOf, useFormDialog } from '../../ui/use-form-dialog';
import { copy } from './copy';
import { close } from './queries';

type Helped = 'yes' | 'no';

/** Closes a task and says what came of it. */
export function CloseDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [helped, setHelped] = useState<Helped>('yes');
  const reread = () => queryClient.invalidateQueries({ queryKey: keys.tasks });
  const dialog = useFormDialog(
    // Refused as well: somebody else may have closed it.
    (typed) => close(task, { resolved: helped === 'yes', note: textOf(typed, 'note') }).finally(reread),
    () => {
      toast({ title: copy.closed });
      onClose();
    },
  );
  return (
    <FormDialog
      dialog={dialog}
      onClose={onClose}
      title={copy.doneTitle}
      note={copy.doneNote}
      action={copy.save}
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
      <TextArea label={copy.noteLabel} optional name="note" rows={3} error={dialog.fields.note} />
      <FormError>{dialog.general(['note'])}</FormError>
    </FormDialog>
  );
}
