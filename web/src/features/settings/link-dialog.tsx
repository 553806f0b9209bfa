import { useMe } from '../../api/session';
import type { Schema } from '../../api/types';
import { moment } from '../../lib/format';
import { Button } from '../../ui/button';
import { CopyLine } from '../../ui/copy-line';
import { Dialog } from '../../ui/dialog';
import { peopleCopy as words } from './people-copy';

interface Props {
  name: string;
  link: Schema<'LinkMade'>;
  onClose: () => void;
}

/** A link that is shown once. */
export function LinkDialog({ name, link, onClose }: Props) {
  const { zone } = useMe().client;
  return (
    <Dialog
      open
      onClose={onClose}
      dismissible={false}
      title={words.linkTitle(name)}
      note={words.linkNote}
      footer={
        <Button variant="primary" onClick={onClose}>
          {words.done}
        </Button>
      }
    >
      <CopyLine label={words.linkTitle(name)} text={link.url} />
      <p className="mt-3 text-sm text-ink-3">
        {words.expires(moment(link.expires_at, zone))} {link.emailed ? words.emailed : link.why_not}
      </p>
    </Dialog>
  );
}
