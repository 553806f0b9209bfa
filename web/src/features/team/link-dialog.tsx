import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { asApiError } from '../../api/client';
import { useMe } from '../../api/session';
import type { Member, Schema } from '../../api/types';
import { moment } from '../../lib/format';
import { Button } from '../../ui/button';
import { CopyLine } from '../../ui/copy-line';
import { Dialog } from '../../ui/dialog';
import { FormError } from '../../ui/states';
import { copy, links } from './copy';
import { link as words } from './dialog-copy';
import { type LinkKind, makeLink } from './mutations';

interface Props {
  member: Pick<Member, 'id' | 'name'>;
  kind: LinkKind;
  title: string;
  onClose: () => void;
}

/** Makes a link when it opens and shows it this once. */
export function LinkDialog({ member, kind, title, onClose }: Props) {
  const make = useMutation({ mutationFn: () => makeLink(member.id, kind) });
  const asked = useRef(false);
  const { mutate } = make;
  useEffect(() => {
    // A link voids the one before, so it is asked for once.
    if (asked.current) return;
    asked.current = true;
    mutate();
  }, [mutate]);
  return (
    <Dialog
      open
      dismissible={false}
      onClose={onClose}
      title={title}
      note={kind === 'invitation' ? words.invitationNote(member.name) : words.resetNote(member.name)}
      footer={
        <>
          <Button variant="primary" onClick={onClose}>
            {copy.done}
          </Button>
          {make.isError && (
            <Button pending={make.isPending} onClick={() => mutate()}>
              {words.again}
            </Button>
          )}
        </>
      }
    >
      {make.data && <Link link={make.data} label={kind === 'invitation' ? links.invitation : links.reset} />}
      {make.error && (
        <FormError>
          {words.failed}: {asApiError(make.error).message}
        </FormError>
      )}
      {make.isPending && <div aria-hidden className="skeleton h-15" />}
    </Dialog>
  );
}

function Link({ link, label }: { link: Schema<'LinkMade'>; label: string }) {
  const { zone } = useMe().client;
  const sent = link.emailed ? words.emailed : (link.why_not ?? '');
  return (
    <>
      <CopyLine label={label} text={link.url} />
      <p className="mt-3 text-sm text-ink-3">
        {words.until(moment(link.expires_at, zone))} {sent}
      </p>
    </>
  );
}
