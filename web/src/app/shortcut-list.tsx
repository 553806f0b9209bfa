import { Kbd } from '../ui/badge';
import { Dialog } from '../ui/dialog';
import { Switch } from '../ui/switch';
import type { Command } from './commands';
import { turnShortcuts, useShortcutsOn } from './shortcuts';

interface Props {
  open: boolean;
  onClose: () => void;
  commands: readonly Command[];
}

/** What `?` shows: the same commands that the palette has. */
export function ShortcutList({ open, onClose, commands }: Props) {
  const on = useShortcutsOn();
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard shortcuts">
      <div className="flex items-center justify-between gap-4 pb-3">
        <label htmlFor="single-keys" className="text-sm">
          <span className="block font-medium">Single keys</span>
          <span className="text-ink-3">
            Turn them off if you speak to your computer or press keys by accident.
          </span>
        </label>
        <Switch id="single-keys" checked={on} onChange={turnShortcuts} />
      </div>
      <dl className="text-base">
        <Line title="Search or jump to" keys={['⌘ K', 'Ctrl K']} />
        {commands
          .filter((command) => command.keys)
          .map((command) => (
            <Line
              key={command.id}
              title={command.title}
              keys={[command.keys?.toUpperCase() ?? '']}
              off={!on}
            />
          ))}
      </dl>
    </Dialog>
  );
}

function Line({ title, keys, off = false }: { title: string; keys: string[]; off?: boolean }) {
  return (
    <div className="flex items-center justify-between gap-4 border-t border-line py-2">
      <dt>{title}</dt>
      <dd className="flex gap-1.5">
        {off ? (
          <span className="text-sm text-ink-3">Off</span>
        ) : (
          keys.map((key) => (
            <Kbd key={key}>
              {key
                .split(' ')
                .join(' then ')
                .replace(/(⌘|Ctrl) then/, '$1')}
            </Kbd>
          ))
        )}
      </dd>
    </div>
  );
}
