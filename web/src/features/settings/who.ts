import { nameOf } from '../../api/team';
import type { Member } from '../../api/types';

/** `member:7 key:…` of the API as people say it. */
export function actorName(actor: string | null | undefined, members: readonly Member[]): string {
  const [who = '', key] = (actor ?? '').split(' ');
  const [kind, id] = who.split(':');
  switch (kind) {
    case 'member': {
      const name = nameOf(members, Number(id));
      return key ? `${name} (API key)` : name;
    }
    case 'carrier':
      return `Phone line ${id}`;
    case 'system':
      return 'Caly';
    default:
      return who || 'Somebody';
  }
}
