import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { IconButton } from './button';

interface Note {
  title: string;
  description?: string;
  /** Such as Undo. */
  action?: { label: string; run: () => void };
  /** Stays until it is closed or dismissed by its id. */
  sticky?: boolean;
}

const manager = Toast.createToastManager();

/** Says something in the corner; returns the id for [`dismissToast`]. Toasts
 * that belong to a draft are dismissed when the draft is saved or discarded. */
export function toast({ title, description, action, sticky = false }: Note): string {
  const id = manager.add({
    title,
    description,
    timeout: sticky ? 0 : action ? 10_000 : 5_000,
    actionProps: action && {
      children: action.label,
      onClick: () => {
        action.run();
        manager.close(id);
      },
    },
  });
  return id;
}

export function dismissToast(id: string): void {
  manager.close(id);
}

/** Once, around the app. */
export function Toasts() {
  return (
    <Toast.Provider toastManager={manager}>
      <Toast.Portal>
        {/* Above a bar that asks to save: its buttons stay in reach. */}
        <Toast.Viewport className="fixed right-4 bottom-4 in-[:root:has([data-save-bar])]:bottom-20 max-sm:in-[:root:has([data-save-bar])]:bottom-32 z-60 flex w-[min(22rem,calc(100vw-2rem))] flex-col gap-2 outline-none">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((item) => (
    <Toast.Root
      key={item.id}
      toast={item}
      swipeDirection={['right', 'down']}
      className="rounded-md border border-line bg-surface py-3 pr-2 pl-4 text-ink shadow-float transition duration-200 data-limited:hidden data-ending-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-start gap-3">
        <div className="min-w-0 flex-1 py-0.5">
          <Toast.Title className="text-base font-medium" />
          <Toast.Description className="mt-0.5 text-sm text-ink-3" />
        </div>
        {item.actionProps && (
          <Toast.Action className="min-h-6 rounded-sm px-2 py-0.5 text-sm font-semibold text-accent-text hover:bg-hover pointer-coarse:min-h-11" />
        )}
        <Toast.Close render={<IconButton label="Dismiss">{<X />}</IconButton>} />
      </Toast.Content>
    </Toast.Root>
  ));
}
