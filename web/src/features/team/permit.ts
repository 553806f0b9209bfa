import { may } from '../../api/session';
import type { Member, Role, User } from '../../api/types';

/** What somebody may do with a member. What is false is absent from the page;
 * the server refuses it as well (crates/server/src/manage/edit_member.rs). */
export interface Permit {
  /** Name, title, phone, team, whether calls are given. */
  edit: boolean;
  availability: boolean;
  /** The roles that can be given; empty where the role stays. */
  roles: readonly Role[];
  /** Deactivate and reactivate. */
  standing: boolean;
  /** Invitations and password resets. */
  links: boolean;
  assign: boolean;
}

export function permit(me: Pick<User, 'member_id' | 'role'>, member: Pick<Member, 'id' | 'role'>): Permit {
  const own = me.member_id === member.id;
  // Whatever touches an owner is an owner's.
  const reaches = member.role !== 'owner' || may.own(me.role);
  const manages = may.manage(me.role) && reaches;
  return {
    edit: manages,
    availability: own || (may.lead(me.role) && reaches),
    // Nobody changes his own role, so that no company is left without an owner.
    roles: manages && !own ? givenRoles(me.role) : [],
    standing: manages && !own,
    links: manages,
    assign: may.lead(me.role) && reaches,
  };
}

/** The roles that this role gives to others. */
export function givenRoles(role: Role): readonly Role[] {
  if (may.own(role)) return ['agent', 'supervisor', 'manager', 'owner'];
  return may.manage(role) ? ['agent', 'supervisor', 'manager'] : [];
}
