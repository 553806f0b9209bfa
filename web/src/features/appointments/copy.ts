import type { Schema } from '../../api/types';

export const copy = {
  title: 'Appointments',
  note: (zone: string) => `What callers booked, moved and cancelled. Times are ${zone} time.`,
  before: 'Previous week',
  after: 'Next week',
  now: 'This week',
  week: (first: string, last: string) => `${first} – ${last}`,
  today: 'Today',
  count: (booked: number, cancelled: number) =>
    cancelled === 0 ? `${booked} booked` : `${booked} booked, ${cancelled} cancelled`,
  doctor: 'Doctor',
  everyDoctor: 'All doctors',
  inactive: (name: string) => `${name} (inactive)`,
  thisDoctor: 'this doctor',
  number: (id: number) => `No. ${id}`,
  unknown: 'Number withheld',
  call: 'See the call',
  states: { booked: 'Booked', cancelled: 'Cancelled' } satisfies Record<Schema<'AppointmentState'>, string>,
  none: 'Nothing is booked in this week',
  noneNote:
    'When a caller books with the AI agent, it appears here with the doctor, the time and the call in which it was made.',
  noneOf: (name: string) => `Nothing is booked with ${name} in this week`,
  noneOfNote: 'Another week or another doctor may have something.',
  showAll: 'Show all doctors',
  noDoctors: 'No doctors yet',
  noDoctorsNote:
    'Without doctors the AI agent takes messages instead of booking. Once there are some with their hours, what callers book appears here.',
  addDoctors: 'Open Settings, Doctors',
  askForDoctors: 'An owner or a manager adds them in Settings.',
  cut: (most: number) => `This week has more; its first ${most} are shown.`,
  cancel: 'Cancel…',
  cancelOf: (name: string) => `Cancel the appointment of ${name}`,
  cancelTitle: (name: string) => `Cancel the appointment of ${name}?`,
  cancelFree: (when: string, doctor: string) =>
    `${when} with ${doctor} is free at once, and the next caller can be offered it.`,
  cancelTold: (name: string) => `Caly tells nobody: let ${name} know yourself.`,
  cancelKept: 'It stays in this list as cancelled. It cannot be taken back here; a caller can book again.',
  cancelNow: 'Cancel appointment',
  keep: 'Keep it',
  cancelled: 'The appointment is cancelled.',
} as const;
