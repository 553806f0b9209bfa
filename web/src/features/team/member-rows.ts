import { roleName } from '../../api/session';
import type { Member } from '../../api/types';
import { statusName } from './copy';
import type { MemberStatus } from './words';

export type StatusFilter = MemberStatus | 'all';

export const STATUSES: readonly StatusFilter[] = ['all', 'active', 'invited', 'inactive'];

/** A member with the text that is sought in, made once for all keystrokes. */
export interface Row {
  member: Member;
  text: string;
}

const ORDER: Record<MemberStatus, number> = { active: 0, invited: 1, inactive: 2 };
const collator = new Intl.Collator('en');

/** Who works here first, each group by name. */
export function memberRows(members: readonly Member[]): Row[] {
  return members
    .toSorted((a, b) => ORDER[a.status] - ORDER[b.status] || collator.compare(a.name, b.name) || a.id - b.id)
    .map((member) => ({ member, text: textOf(member) }));
}

/** Every word must occur somewhere: name, e-mail, role, title. */
export function matching(rows: readonly Row[], words: string, status: StatusFilter): Row[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(
    ({ member, text }) =>
      (status === 'all' || member.status === status) && wanted.every((word) => text.includes(word)),
  );
}

function textOf(member: Member): string {
  return [member.name, member.email, roleName(member.role), member.title ?? '', statusName[member.status]]
    .join(' ')
    .toLocaleLowerCase();
}
