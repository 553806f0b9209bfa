import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { Kbd } from '../ui/badge';
import { type Command, useFoundCommands } from './commands';

interface Props {
  open: boolean;
  onClose: () => void;
  base: readonly Command[];
}

interface Group {
  value: Command['group'];
  items: Command[];
}

/** At most this many of a group; more words narrow it. */
const MOST = 6;

/** ⌘K: pages, actions, members, agents, recent calls; all by keyboard. */
export function CommandMenu({ open, onClose, base }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup className="fixed top-[12vh] left-1/2 z-50 flex max-h-[min(30rem,76dvh)] w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line bg-surface text-ink shadow-float outline-none transition duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0">
          <Dialog.Title className="sr-only">Search or jump to</Dialog.Title>
          <Finder base={base} onDone={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Finder({ base, onDone }: { base: readonly Command[]; onDone: () => void }) {
  const found = useFoundCommands();
  const { contains } = Autocomplete.useFilter({ sensitivity: 'base' });
  const run = (command: Command) => {
    onDone();
    command.run();
  };
  return (
    <Autocomplete.Root
      open
      inline
      items={groups([...base, ...found])}
      filter={(command: Command, words) => fits(command, words, contains)}
      itemToStringValue={(command: Command) => command.title}
      limit={MOST * 6}
      autoHighlight="always"
      keepHighlight
    >
      <div className="flex h-13 items-center gap-3 border-b border-line px-4">
        <Search aria-hidden className="size-4 text-ink-3" />
        <Autocomplete.Input
          aria-label="Search or jump to"
          placeholder="Search or jump to…"
          className="h-full w-full bg-transparent text-lg outline-none"
        />
      </div>
      <div className="min-h-0 overflow-y-auto p-1.5">
        <Autocomplete.Empty className="px-3 py-8 text-center text-sm text-ink-3 empty:hidden">
          Nothing found. Try a name, a page or a number.
        </Autocomplete.Empty>
        <Autocomplete.List className="outline-none empty:hidden">
          {(group: Group) => (
            <Autocomplete.Group key={group.value} items={group.items} className="pb-1">
              <Autocomplete.GroupLabel className="px-3 pt-2 pb-1 text-xs font-medium text-ink-3">
                {group.value}
              </Autocomplete.GroupLabel>
              <Autocomplete.Collection>
                {(command: Command) => (
                  <Autocomplete.Item
                    key={command.id}
                    value={command}
                    onClick={() => run(command)}
                    className="flex min-h-9 cursor-default items-center justify-between gap-4 rounded-sm px-3 py-1.5 text-base outline-none select-none data-highlighted:bg-hover pointer-coarse:min-h-11"
                  >
                    <span className="truncate">{command.title}</span>
                    {command.hint && <span className="truncate text-sm text-ink-3">{command.hint}</span>}
                    {command.keys && <Kbd>{command.keys.toUpperCase()}</Kbd>}
                  </Autocomplete.Item>
                )}
              </Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
      </div>
    </Autocomplete.Root>
  );
}

function groups(commands: Command[]): Group[] {
  const by = new Map<Command['group'], Command[]>();
  for (const command of commands) by.set(command.group, [...(by.get(command.group) ?? []), command]);
  return [...by].map(([value, items]) => ({ value, items }));
}

type Contains = (item: string, words: string) => boolean;

/** Every word in title, hint or group. */
export function fits(command: Command, words: string, contains: Contains): boolean {
  const text = `${command.title} ${command.hint ?? ''} ${command.group}`;
  return words
    .trim()
    .split(/\s+/)
    .every((word) => contains(text, word));
}
