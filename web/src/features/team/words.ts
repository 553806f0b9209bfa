import type { Member, Schema } from '../../api/types';
import type { Tone } from '../../lib/score';

export type Availability = Schema<'Availability'>;
export type MemberStatus = Schema<'MemberStatus'>;

/** How a person can be reached, as one word for dots and badges. */
export type Presence = Availability | 'invited' | 'inactive';

export function presence(member: Pick<Member, 'status' | 'availability'>): Presence {
  return member.status === 'active' ? member.availability : member.status;
}

const TONES: Record<Presence, Tone> = {
  available: 'good',
  busy: 'accent',
  away: 'fair',
  offline: 'neutral',
  invited: 'fine',
  inactive: 'neutral',
};

export function presenceTone(word: Presence): Tone {
  return TONES[word];
}
