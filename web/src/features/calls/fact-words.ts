import type { Schema } from '../../api/types';
import { reasonName } from './copy';

type Fact = Schema<'Fact'>;

const PLAIN: Record<string, string> = {
  answered: 'The call was answered',
  interrupted: 'The caller cut the agent off',
  answer_played: 'The answer was played in full',
  confirmed: 'What was read back is right',
  redacted: 'A number was blanked in the transcript',
  message: 'A message was taken for a person',
  unreached: 'Nobody could take the call, so somebody calls back',
  ended: 'The call ended',
};

/** A fact in words. One that this page does not know is shown by its name. */
export function factWords({ kind, data }: Fact): string {
  const known = PLAIN[kind];
  if (known) return known;
  const of = data as Record<string, unknown>;
  switch (kind) {
    case 'keys':
      return `${plural(Number(of.count), 'key')} pressed`;
    case 'agent_switched':
      return 'Another agent took over';
    case 'tool_used':
      return `${of.writes ? 'Changed' : 'Looked up'}: ${spaced(of.tool)}`;
    case 'helped':
      return of.yes ? 'The caller says that it helped' : 'The caller says that it did not help';
    case 'rated':
      return `Rated ${String(of.stars)} of 5`;
    case 'escalated':
      return `A person was asked for: ${reasonName[of.reason as keyof typeof reasonName] ?? spaced(of.reason)}`;
    case 'queued':
      return Number(of.ahead) > 0
        ? `Waits for a person, ${plural(Number(of.ahead), 'caller')} ahead`
        : 'Waits for a person and is next';
    default:
      return capital(spaced(kind));
  }
}

const ACTORS: [string, string][] = [
  ['caller', 'Caller'],
  ['agent', 'AI agent'],
  ['member', 'Person'],
  ['carrier', 'Carrier'],
  ['system', 'Caly'],
];

/** Who did it: `member:7` is a person. */
export function actorName(actor: string): string {
  const [word] = actor.split(':');
  return ACTORS.find(([known]) => known === word)?.[1] ?? capital(spaced(word));
}

function spaced(word: unknown): string {
  return String(word ?? '')
    .replaceAll('_', ' ')
    .trim();
}

function capital(words: string): string {
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}
