import * as z from 'zod/mini';
import type { Member, Role, Schema } from '../../api/types';
import type { Edit } from './mutations';
import type { Availability } from './words';

// The same limits as the server's (crates/server/src/manage/fields.rs); it has
// the last word.
const LONGEST = 120;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+?\d{6,15}$/;

const words = {
  email: 'Type a whole e-mail address, such as priya@company.com.',
  name: 'Type the name of the person.',
  long: `Use at most ${LONGEST} characters.`,
  phone: 'Type 6 to 15 digits with the country code, such as +91 98123 45678.',
  limit: 'Type a whole number from 1 to 100.',
} as const;

const line = z.string().check(z.trim(), z.maxLength(LONGEST, words.long));
const phone = z
  .string()
  .check(z.refine((text) => text.trim() === '' || PHONE.test(bare(text)), { error: words.phone }));
const role = z.enum(['agent', 'supervisor', 'manager', 'owner']);

export const addSchema = z.object({
  email: z.string().check(z.trim(), z.regex(EMAIL, words.email)),
  name: z.string().check(z.trim(), z.minLength(1, words.name), z.maxLength(LONGEST, words.long)),
  title: line,
  phone,
  role,
  team: z.string(),
});
export type AddValues = z.infer<typeof addSchema>;

export const editSchema = z.object({
  name: z.string().check(z.trim(), z.minLength(1, words.name), z.maxLength(LONGEST, words.long)),
  title: line,
  phone,
  role,
  availability: z.enum(['available', 'busy', 'away', 'offline']),
  takesCalls: z.boolean(),
  openLimit: z.string().check(
    z.refine((text) => /^\d{1,3}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 100, {
      error: words.limit,
    }),
  ),
  team: z.string(),
});

export interface EditValues {
  name: string;
  title: string;
  phone: string;
  role: Role;
  availability: Availability;
  takesCalls: boolean;
  openLimit: string;
  team: string;
}

export function addBody(values: AddValues): Schema<'AddMember'> {
  return {
    email: values.email.trim(),
    name: values.name.trim(),
    role: values.role,
    title: values.title.trim() || undefined,
    phone: values.phone.trim() || undefined,
    team_id: values.team ? Number(values.team) : undefined,
  };
}

export function valuesOf(member: Member): EditValues {
  return {
    name: member.name,
    title: member.title ?? '',
    phone: member.phone ?? '',
    role: member.role,
    availability: member.availability,
    takesCalls: member.takes_calls,
    openLimit: String(member.open_limit),
    team: String(member.team_id),
  };
}

/** Only what was changed, so that nothing else is asked for or overwritten. */
export function editBody(from: EditValues, to: EditValues): Edit {
  const edit: Edit = {};
  if (to.name.trim() !== from.name) edit.name = to.name.trim();
  if (to.title.trim() !== from.title) edit.title = to.title.trim() || null;
  if (to.phone.trim() !== from.phone) edit.phone = to.phone.trim() || null;
  if (to.role !== from.role) edit.role = to.role;
  if (to.availability !== from.availability) edit.availability = to.availability;
  if (to.takesCalls !== from.takesCalls) edit.takes_calls = to.takesCalls;
  if (to.openLimit.trim() !== from.openLimit) edit.open_limit = Number(to.openLimit);
  if (to.team !== from.team) edit.team_id = Number(to.team);
  return edit;
}

/** A field that both changed, each to something else. */
export interface Clash {
  field: keyof EditValues;
  mine: string;
  theirs: string;
}

/** What I changed and somebody else saved differently since `base`. */
export function clashes(base: EditValues, mine: EditValues, theirs: EditValues): Clash[] {
  return (Object.keys(base) as (keyof EditValues)[])
    .filter((field) => mine[field] !== base[field] && theirs[field] !== base[field])
    .filter((field) => mine[field] !== theirs[field])
    .map((field) => ({ field, mine: String(mine[field]), theirs: String(theirs[field]) }));
}

function bare(text: string): string {
  return text.replaceAll(/[\s().-]/g, '');
}
