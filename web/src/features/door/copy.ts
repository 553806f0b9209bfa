/** Words of the pages before the login. */
export const copy = {
  login: {
    title: 'Log in',
    email: 'E-mail',
    password: 'Password',
    go: 'Log in',
    forgot: 'Forgot the password?',
  },
  password: {
    label: 'New password',
    help: 'At least 12 characters. Three or four words that belong to nothing about you are good.',
  },
  join: {
    title: (company: string) => `Join ${company}`,
    note: (email: string, role: string) => `The invitation is for ${email}, as ${role.toLowerCase()}.`,
    name: 'Your name',
    existing: 'You have a login with this address already: enter its password.',
    go: 'Accept the invitation',
  },
  reset: {
    title: 'Choose a new password',
    note: 'Every session of your login ends, and you log in with the new password.',
    go: 'Set the password',
    done: 'The password is set',
    doneNote: 'Log in with it now.',
  },
  ask: {
    title: 'Reset your password',
    note: 'We send you a link that works once, for one hour.',
    go: 'Send the link',
    sent: 'Check your mail',
    noMail: 'No e-mail from here',
    back: 'Back to the login',
  },
  setup: {
    title: 'Set up Caly',
    note: 'Your company and the first login, which owns it.',
    company: 'Company',
    sector: 'What the company does',
    zone: 'Time zone',
    zoneHelp: 'Days and weeks are counted in it.',
    name: 'Your name',
    go: 'Start',
    linkOnConsole:
      'Open the set-up link that `caly serve` printed when it started; it works once, for 72 hours.',
    done: 'Caly is set up already',
    doneNote: 'Ask its owner for an invitation, or log in.',
  },
  link: {
    missing: 'This link is not complete',
    missingNote: 'Open it as it stands in the message, or copy the whole of it into the address bar.',
    over: 'This link cannot be used',
  },
} as const;
