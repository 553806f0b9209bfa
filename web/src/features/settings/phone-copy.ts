import type { Schema } from '../../api/types';

export const phoneCopy = {
  title: 'Phone numbers',
  note: 'The ways in, and who answers.',
  add: 'Add a number',
  addTitle: 'Add a number or a line test',
  addNote: 'The addresses to paste into the carrier’s flow are there as soon as it is made.',
  editTitle: (name: string) => `Edit ${name}`,
  kind: 'Kind',
  name: 'Name',
  number: 'Number that callers dial',
  numberHelp: 'With the country code, such as +918047491899.',
  sector: 'Sector',
  agent: 'Agent that answers',
  agentHelp: 'It hands over to the others of its sector.',
  team: 'Team that owns the calls',
  account: 'Exotel account SID',
  accountHelp: 'Checked on every audio stream; leave it empty to check nothing.',
  active: 'Takes calls',
  edit: 'Edit',
  save: 'Save',
  made: 'Made',
  saved: 'Saved',
  emptyTitle: 'No way in yet',
  empty: 'Add the number that your callers dial, or talk to an agent from this browser.',
  talk: 'Talk from this browser',
  urls: 'Addresses to paste',
  urlsShort: 'Addresses',
  urlsNote: 'One for each applet of the flow, in its order. Whoever has them can send calls: keep them.',
  urlsUnreachable:
    'Exotel cannot reach these addresses: they are this machine’s own, or not https. Start Caly with CALY_PUBLIC_URL set to its public https address, and they change here.',
  urlsOwner: 'The addresses are shown to owners.',
  waiting: 'Waiting for the first call…',
  received: 'Received',
  recent: 'Last requests',
  noRequests: 'The carrier has asked nothing yet. Call the number: each line shows up here as it comes.',
  raw: 'As it came',
  rotate: 'New addresses',
  rotateTitle: 'Make new addresses?',
  rotateNote:
    'The addresses that are pasted now stop working at once, and the carrier’s flow rings nobody until you paste the new ones. Calls in progress go on.',
  rotated: 'New addresses are made; paste them now',
  carrier: 'Carrier login',
  carrierTitle: 'Carrier login and fallback',
  carrierNote:
    'With it Caly asks Exotel what became of a call and fetches voicemails. Written, never read back.',
  carrierSet: 'Carrier login stored',
  carrierUnset: 'No carrier login',
  fallback: 'Fallback number',
  fallbackHelp:
    'Dialled when Caly cannot say whom. Put the same number into the Connect applet, so that it rings even when this server is down.',
  host: 'Region',
  key: 'API key',
  token: 'API token',
  keepTalks: 'Keep recordings of talks with the AI agent',
  keepTalksHelp:
    'Where the Voicebot applet records them. Callers have to be told that they are recorded. Voicemails are always kept.',
  carrierKeep: 'Leave key and token empty to keep what is stored.',
  carrierRemove: 'Remove the login',
} as const;

const KINDS: Record<Schema<'ChannelKind'>, string> = {
  phone: 'Phone number',
  browser: 'Browser',
  rehearsal: 'Rehearsal',
  echo: 'Echo test',
};

export function kindName(kind: Schema<'ChannelKind'>): string {
  return KINDS[kind];
}

export const KIND_NOTES: Record<Schema<'ChannelKind'>, string> = {
  phone: 'Callers reach the agent.',
  browser: 'Somebody of the team talks to the agent with the microphone.',
  rehearsal: 'Synthetic callers ring it.',
  echo: 'It says back what it hears: a test of the line, without an agent.',
};

type Applet = keyof Schema<'HookUrls'>;

/** In the order of a flow, with the light that shows its first request. */
export const APPLETS: readonly { key: Applet; label: string; note: string; light?: string }[] = [
  { key: 'voicebot', label: 'Voicebot', note: 'Dynamic URL of the Voicebot applet', light: 'voicebot' },
  {
    key: 'after_bot',
    label: 'After the Voicebot',
    note: 'Passthru: 200 goes on, 302 connects a person',
    light: 'after_bot',
  },
  { key: 'connect', label: 'Connect', note: 'Dynamic URL of the Connect applet', light: 'connect' },
  { key: 'after_connect', label: 'After Connect', note: 'Passthru behind Connect', light: 'after_connect' },
  { key: 'greeting', label: 'Greeting', note: 'Behind “We didn’t dial anyone”' },
  { key: 'status', label: 'Status callback', note: 'Of the whole flow', light: 'status' },
];
