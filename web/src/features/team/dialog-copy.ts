// What only dialogs say that are loaded when they open; the page's own words,
// which every page loads with its pending state, are in copy.ts.

export const form = {
  addAction: 'Add and invite',
  addNote: 'Adds the person and makes a link with which they choose a password.',
  added: (name: string) => `${name} is on the team`,
  name: 'Full name',
  phoneHelp: 'With the country code; a call that needs a person rings here.',
  takesCallsNote: 'Off: no call is given to this person.',
  editTitle: (name: string) => `Edit ${name}`,
  save: 'Save changes',
  saved: 'Saved',
  cancel: 'Cancel',
} as const;

export const link = {
  invitationNote: (name: string) =>
    `Give it to ${name}: whoever opens it joins under this address. It is shown only now; a new one voids it.`,
  resetNote: (name: string) =>
    `Give it to ${name}: it sets a new password and can be used once. It is shown only now.`,
  until: (when: string) => `Valid until ${when}.`,
  emailed: 'It was also sent by e-mail.',
  again: 'Make the link again',
  failed: 'The link could not be made',
} as const;

export const conflict = {
  title: 'Somebody else changed this member',
  note: 'It was saved after you opened this form. Choose which version stays.',
  keepMine: 'Save mine',
  takeTheirs: 'Take theirs',
} as const;
