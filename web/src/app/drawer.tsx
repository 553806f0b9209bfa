import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { IconButton } from '../ui/button';
import { Sidebar } from './sidebar';

interface Props {
  open: boolean;
  onClose: () => void;
}

/** The sidebar on a phone: it holds the focus, Esc closes it. */
export function Drawer({ open, onClose }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-50 w-[min(18rem,86vw)] border-r border-line bg-sidebar text-ink shadow-float transition-transform duration-200 outline-none data-ending-style:-translate-x-full data-starting-style:-translate-x-full">
          <Dialog.Title className="sr-only">Menu</Dialog.Title>
          <span className="absolute top-2.5 right-2">
            <Dialog.Close
              render={
                <IconButton label="Close the menu">
                  <X />
                </IconButton>
              }
            />
          </span>
          <Sidebar />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
