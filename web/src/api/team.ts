import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import { keys } from './keys';
import type { Member } from './types';

/** Every member of the client: for pickers, names beside ids, and who looks
 * after which agent. The stream patches and invalidates it. */
export const membersQuery = queryOptions({
  queryKey: [...keys.members, 'all'],
  queryFn: async ({ signal }) => {
    const members: Member[] = [];
    let cursor: string | undefined;
    do {
      const page = await answer(api.GET('/api/teams', { params: { query: { limit: 200, cursor } }, signal }));
      members.push(...page.team_members);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return members;
  },
});

/** The member's name, or words for one that this role does not see. */
export function nameOf(members: readonly Member[], id: number | null | undefined): string {
  if (id == null) return 'Nobody';
  return members.find((member) => member.id === id)?.name ?? `Member ${id}`;
}
