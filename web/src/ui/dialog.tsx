import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { Button, IconButton } from './button';

const BACKDROP =
  'fixed inset-0 z-40 bg-veil transition-opacity duration-150 data-starting-style:opacity-0 data-ending-style:opacity-0';
const POPUP =
  'fixed top-1/2 left-1/2 z-50 flex max-h-[min(44rem,calc(100dvh-2rem))] w-[min(30rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 flex-col overflow-hidden rounded-lg border border-line bg-surface text-ink shadow-float outline-none transition duration-150 data-starting-style:scale-98 data-starting-style:opacity-0 data-ending-style:scale-98 data-ending-style:opacity-0';

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  note?: ReactNode;
  children: ReactNode;
  /** Buttons: primary first, it goes to the right on wide screens. */
  footer?: ReactNode;
  /** False where only an answer closes it, as with what was typed and not saved. */
  dismissible?: boolean;
}

/** A form or details above the page. Wrap body and footer in one `<form>` with
 * `id`, and give the button `form={id}`. */
export function Dialog({ open, onClose, title, note, children, footer, dismissible = true }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()} disablePointerDismissal={!dismissible}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup className={POPUP}>
          <header className="flex items-start justify-between gap-4 px-5 pt-5">
            <div className="min-w-0">
              <Base.Title className="text-lg font-semibold">{title}</Base.Title>
              {note && <Base.Description className="mt-1 text-sm text-ink-3">{note}</Base.Description>}
            </div>
            {dismissible && <Base.Close render={<IconButton label="Close">{<X />}</IconButton>} />}
          </header>
          <div className="min-h-0 overflow-y-auto px-5 py-4">{children}</div>
          {footer && <DialogFooter>{footer}</DialogFooter>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function DialogFooter({ children }: { children: ReactNode }) {
  // Primary first in the order of reading; on a phone full width and on top.
  return (
    <footer className="flex flex-col gap-2 border-t border-line px-5 py-4 sm:flex-row-reverse sm:justify-start max-sm:[&>*]:w-full">
      {children}
    </footer>
  );
}

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** The consequence, spelled out. */
  children: ReactNode;
  /** The verb, such as "Deactivate". */
  action: string;
  onConfirm: () => void;
  /** Said in place of Cancel, where cancelling is what is asked about. */
  keep?: string;
  pending?: boolean;
  error?: string | undefined;
}

/** Asks before what cannot simply be taken back; the focus is on Cancel. */
export function Confirm({
  open,
  onClose,
  title,
  children,
  action,
  onConfirm,
  keep = 'Cancel',
  pending,
  error,
}: ConfirmProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={BACKDROP} />
        <AlertDialog.Popup className={POPUP} initialFocus={cancel}>
          <div className="px-5 pt-5 pb-4">
            <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
            <AlertDialog.Description render={<div />} className="mt-2 text-base text-ink-2">
              {children}
            </AlertDialog.Description>
            {error && (
              <p role="alert" className="mt-3 text-sm font-medium text-poor-text">
                {error}
              </p>
            )}
          </div>
          <DialogFooter>
            <Button variant="danger" pending={pending} onClick={onConfirm}>
              {action}
            </Button>
            <Button ref={cancel} onClick={onClose}>
              {keep}
            </Button>
          </DialogFooter>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
