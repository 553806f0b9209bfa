import type { Step } from './steps';

export const copy = {
  title: 'Set up your calls',
  note: 'Six short steps. Everything can be changed later in the settings.',
  progress: (at: number, of: number) => `Step ${at} of ${of}`,
  steps: {
    sector: 'Sector',
    company: 'Company',
    phone: 'Telephone',
    member: 'Team member',
    call: 'First call',
    done: 'Done',
  } satisfies Record<Step, string>,
  go: 'Save and go on',
  on: 'Go on',
  skip: 'Skip for now',
  back: 'Back',
  sector: {
    title: 'What does your company do?',
    note: 'It decides which AI agents answer, and what they are able to do.',
    agents: (n: number) => `${n} AI agents`,
  },
  company: {
    title: 'How is it called?',
    note: 'The name is what people of your team see. Days are counted in its time zone.',
    name: 'Name',
    zone: 'Time zone',
    zoneHelp: 'Such as Asia/Kolkata.',
    language: 'Dates and figures',
  },
  phone: {
    title: 'Connect a telephone number',
    note: 'Two things take days at Exotel, so begin them now: your company’s KYC, and having the Voicebot applet enabled.',
    mail: 'A mail to hello@exotel.com',
    number: 'The number that callers dial',
    numberHelp: 'With its country code, such as +91 80 4749 1899.',
    name: 'What you call it',
    make: 'Add the number',
    made: 'Paste these addresses into the applets of your call flow at Exotel.',
    unreachable:
      'Exotel cannot reach these addresses: they are this machine’s own, or not https. Start Caly with CALY_PUBLIC_URL set to its public https address, and they change here.',
    ownerOnly: 'An owner sees the addresses to paste, on the page of the phone numbers.',
    waiting: 'Waiting for the first call',
    received: 'Received',
    later: 'You find them again in the settings under phone numbers.',
  },
  member: {
    title: 'Who takes over when a person is needed?',
    note: 'One colleague is enough to begin with. You can add more any time.',
    name: 'Name',
    email: 'E-mail',
    role: 'Role',
    make: 'Create and invite',
    made: (name: string) => `${name} is invited.`,
    link: 'Invitation link',
    linkNote: 'It works once. Send it if no mail server is set up.',
  },
  call: {
    title: 'Make the first call',
    note: 'Talk to your agent through this browser, or watch a rehearsed caller do it.',
    rehearsal: 'Rehearsed call',
    rehearsalNote: 'A made-up caller rings, and you read along here.',
    watch: 'Watch a rehearsed call',
    again: 'Once more',
    others: 'See the calls that are on',
    dialling: 'The caller is dialling',
    diallingNote: 'His words and your agent’s appear here as they are spoken.',
    lost: 'The caller did not get through',
    lostNote: 'The call never rang. Try once more; if it happens again, the server’s log says why.',
    away: 'The connection is being restored. Nothing is lost: what is said meanwhile follows.',
    transcript: 'Transcript',
    owner: 'Owner',
    agent: 'AI agent',
    lasted: 'Lasted',
    rating: 'Rating',
    unrated: 'Not rated',
    stars: (n: number) => `${n} of 5`,
    over: 'The call is over.',
    counted: 'It moved its owner’s numbers, as every call will.',
    uncounted: 'A rehearsal: it moves nobody’s numbers.',
    see: 'See the call',
  },
  done: {
    title: 'You are set up',
    note: 'What is still open stands as a checklist on your overview.',
    go: 'To the overview',
    soon: 'You will be taken there in a moment.',
  },
} as const;

/** What Exotel is asked for, ready to be sent. */
export function mail(company: string): string {
  return `Hello Exotel team,

we are ${company} and would like to connect our Exotel account to a voice agent over your Voicebot applet (bidirectional streaming).

Please
1. tell us what is still missing for our KYC,
2. enable the Voicebot applet and Passthru for our account,
3. confirm that Connect can be driven by a dynamic URL with dial whom details.

Our account SID is: (please fill in)

Thank you.`;
}
