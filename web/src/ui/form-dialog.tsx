import type { ReactNode } from 'react';
import { Button } from './button';
import { Dialog } from './dialog';
import type { useFormDialog } from './use-form-dialog';

interface Props {
  dialog: Pick<ReturnType<typeof useFormDialog>, 'form' | 'pending' | 'touched'>;
  title: string;
  note?: ReactNode;
  /** What the button says that sends it. */
  action: string;
  /** Further buttons behind Cancel. */
  more?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog around one form. A press beside it closes it only while nothing was
 * typed. */
export function FormDialog({ dialog, title, note, action, more, onClose, children }: Props) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      note={note}
      dismissible={!dialog.touched}
      footer={
        <>
          <Button type="submit" form={dialog.form.id} variant="primary" pending={dialog.pending}>
            {action}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          {more}
        </>
      }
    >
      <form {...dialog.form} noValidate autoComplete="off" className="flex flex-col gap-4">
        {children}
      </form>
    </Dialog>
  );
}
