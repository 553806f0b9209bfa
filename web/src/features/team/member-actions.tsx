import { useMutation } from '@tanstack/react-query';
import { KeyRound, Link2, Link2Off, MoreHorizontal, Pencil, UserCheck, UserX } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { asApiError } from '../../api/client';
import type { Member } from '../../api/types';
import { Button, IconButton } from '../../ui/button';
import { Confirm } from '../../ui/dialog';
import { Menu, type MenuItem } from '../../ui/menu';
import { toast } from '../../ui/toast';
import { copy, links, standing } from './copy';
import { Deactivate } from './deactivate';
import { revokeInvitation, useSetStatus } from './mutations';
import type { Permit } from './permit';

const LinkDialog = lazy(() => import('./link-dialog').then((m) => ({ default: m.LinkDialog })));
const EditMember = lazy(() => import('./edit-member').then((m) => ({ default: m.EditMember })));

type Open = 'edit' | 'invitation' | 'reset' | 'revoke' | 'deactivate' | null;

/** What can be done with a member; nothing that this person may not do. */
export function MemberActions({ member, may }: { member: Member; may: Permit }) {
  const [open, setOpen] = useState<Open>(null);
  const set = useSetStatus(member.id);
  const close = () => setOpen(null);
  const reactivate = () =>
    set.mutate('active', {
      onSuccess: () => toast({ title: standing.back(member.name) }),
      onError: (error) => toast({ title: asApiError(error).message }),
    });
  const items = menuItems(member, may, { open: setOpen, reactivate });
  return (
    <>
      {may.edit && (
        <Button onClick={() => setOpen('edit')}>
          <Pencil aria-hidden />
          {copy.edit}
        </Button>
      )}
      {items.length > 0 && (
        <Menu
          trigger={
            <IconButton label={copy.more(member.name)} variant="secondary">
              <MoreHorizontal />
            </IconButton>
          }
          items={items}
        />
      )}
      {open === 'edit' && (
        <Suspense fallback={null}>
          <EditMember member={member} may={may} onClose={close} />
        </Suspense>
      )}
      {(open === 'invitation' || open === 'reset') && (
        <Suspense>
          <LinkDialog
            member={member}
            kind={open}
            title={open === 'invitation' ? links.invitation : links.reset}
            onClose={close}
          />
        </Suspense>
      )}
      {open === 'revoke' && <Revoke member={member} onClose={close} />}
      {open === 'deactivate' && <Deactivate member={member} onClose={close} />}
    </>
  );
}

interface Run {
  open: (what: Open) => void;
  reactivate: () => void;
}

function menuItems(member: Member, may: Permit, { open, reactivate }: Run): MenuItem[] {
  const items: MenuItem[] = [];
  if (may.links && member.status === 'invited') {
    items.push(
      { id: 'invite', label: links.invite, icon: <Link2 />, run: () => open('invitation') },
      { id: 'revoke', label: links.revoke, icon: <Link2Off />, run: () => open('revoke') },
    );
  }
  if (may.links && member.status === 'active') {
    items.push({ id: 'reset', label: links.reset, icon: <KeyRound />, run: () => open('reset') });
  }
  if (may.standing && member.status === 'inactive') {
    items.push({ id: 'reactivate', label: standing.reactivate, icon: <UserCheck />, run: reactivate });
  }
  if (may.standing && member.status !== 'inactive') {
    items.push({
      id: 'deactivate',
      label: standing.deactivate,
      icon: <UserX />,
      tone: 'danger',
      run: () => open('deactivate'),
    });
  }
  return items;
}

function Revoke({ member, onClose }: { member: Member; onClose: () => void }) {
  const revoke = useMutation({
    mutationFn: () => revokeInvitation(member.id),
    onSuccess: () => {
      onClose();
      toast({ title: links.revoked });
    },
  });
  return (
    <Confirm
      open
      onClose={onClose}
      title={links.revokeTitle(member.name)}
      action={links.revoke}
      onConfirm={() => revoke.mutate()}
      pending={revoke.isPending}
      error={revoke.error ? asApiError(revoke.error).message : undefined}
    >
      {links.revokeNote(member.name)}
    </Confirm>
  );
}
