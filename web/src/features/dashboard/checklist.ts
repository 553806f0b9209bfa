import type { Schema } from '../../api/types';

export interface Check {
  id: string;
  done: boolean;
  title: string;
  /** What to do, while it is not done. */
  how: string;
  to: string;
}

interface Facts {
  channels: readonly Schema<'Channel'>[];
  sectors: readonly Schema<'SectorLine'>[];
  summary: Schema<'TeamSummary'>;
  /** Jobs that were given up. */
  parked: number;
}

/** What remains, out of what the server says now: it ticks itself. */
export function checklist({ channels, sectors, summary, parked }: Facts): Check[] {
  return [...lines(channels), sector(sectors), ...people(summary), firstCall(summary), ...jobs(parked)];
}

function lines(channels: Facts['channels']): Check[] {
  const phones = channels.filter((channel) => channel.kind === 'phone' && channel.is_active);
  const noLogin = phones.filter((channel) => !channel.carrier_login_set);
  const noFallback = phones.filter((channel) => channel.fallback_number == null);
  return [
    {
      id: 'phone',
      done: phones.length > 0,
      title: 'A phone number takes calls',
      how: 'Add a number and paste its addresses at the carrier.',
      to: '/settings/phone',
    },
    {
      id: 'carrier',
      done: phones.length > 0 && noLogin.length === 0,
      title: 'The carrier can be asked what became of a call',
      how: names(noLogin, 'has no carrier login', 'have no carrier login'),
      to: '/settings/phone',
    },
    {
      id: 'fallback',
      done: phones.length > 0 && noFallback.length === 0,
      title: 'Somebody is rung when nothing else works',
      how: names(noFallback, 'has no fallback number', 'have no fallback number'),
      to: '/settings/phone',
    },
  ];
}

function sector(sectors: Facts['sectors']): Check {
  const own = sectors.find((line) => line.own);
  return {
    id: 'sector',
    done: own !== undefined && own.fields_set >= own.fields,
    title: 'Agents know your systems',
    how: own
      ? `${own.fields_set} of ${own.fields} settings of ${own.name} are filled in.`
      : 'Choose your sector.',
    to: '/settings/sector',
  };
}

function people({ members }: Facts['summary']): Check[] {
  return [
    {
      id: 'team',
      done: members.active > 1,
      title: 'Somebody besides you is in the team',
      how: 'Invite the people who take over calls.',
      to: '/team',
    },
    {
      id: 'rung',
      done: members.can_be_rung > 0,
      title: 'Somebody can be rung for a caller who wants a person',
      how: 'Open a person who takes calls, fill in the phone, and assign an agent.',
      to: '/team',
    },
  ];
}

function firstCall(summary: Facts['summary']): Check {
  return {
    id: 'call',
    done: summary.all_time.calls > 0,
    title: 'The first call was counted',
    how: 'Call your number, or talk to your agent in the browser.',
    to: '/try',
  };
}

/** Nobody has to do this one: it is there only while something is wrong. */
function jobs(parked: number): Check[] {
  if (parked === 0) return [];
  return [
    {
      id: 'parked',
      done: false,
      title: `${parked} ${parked === 1 ? 'job was' : 'jobs were'} given up`,
      how: 'See why, mend it, and try again.',
      to: '/settings/jobs',
    },
  ];
}

function names(channels: readonly Schema<'Channel'>[], one: string, several: string): string {
  if (channels.length === 0) return 'First add a phone number.';
  return `${channels.map((channel) => channel.name).join(', ')} ${channels.length === 1 ? one : several}.`;
}
