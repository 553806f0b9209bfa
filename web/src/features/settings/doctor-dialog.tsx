import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { ApiError } from '../../api/client';
import { doctorsQuery } from '../../api/doctors';
import type { Doctor } from '../../api/types';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { FormError } from '../../ui/states';
import { toast } from '../../ui/toast';
import { useFormDialog } from '../../ui/use-form-dialog';
import { Conflict } from './conflict';
import { DayHours } from './day-hours';
import { bodyOf, type DoctorDraft, daysOf, faultsOf, placed } from './doctor-draft';
import { doctorsCopy as words } from './doctors-copy';
import { likeMonday, type Span, WEEKDAYS } from './hours-draft';
import { addDoctor, saveDoctor } from './mutations';

const USUAL: Span = { from: '09:00', to: '13:00' };
const PLACES = ['name', 'speciality', 'slot_minutes', 'hours', ...WEEKDAYS.map((_, at) => `day.${at}`)];

interface Props {
  /** As it was when the dialog opened; none to add one. */
  doctor?: Doctor;
  onClose: () => void;
  /** Somebody else saved it, and that is what is wanted. */
  onTheirs: (stored: Doctor | undefined) => void;
}

/** Adds a doctor, or edits the given one. */
export function DoctorDialog({ doctor, onClose, onTheirs }: Props) {
  const queryClient = useQueryClient();
  const [days, setDays] = useState(() => daysOf(doctor?.hours ?? []));
  const [moved, setMoved] = useState(false);
  const change = (next: Span[][]) => {
    setDays(next);
    setMoved(true);
  };
  const dialog = useFormDialog(
    (typed) => send(doctor, draftOf(typed, days)),
    async (saved) => {
      await queryClient.invalidateQueries({ queryKey: doctorsQuery.queryKey });
      toast({ title: told(doctor, saved) });
      onClose();
    },
  );
  const theirs = async () => {
    const stored = await queryClient.fetchQuery({ ...doctorsQuery, staleTime: 0 });
    onTheirs(stored.find(({ id }) => id === doctor?.id));
  };
  const { fields } = dialog;
  return (
    <FormDialog
      // Pressing Add or Remove types nothing, and would be lost as well.
      dialog={{ ...dialog, touched: dialog.touched || moved }}
      onClose={onClose}
      title={doctor ? words.editTitle(doctor.name) : words.add}
      note={doctor ? undefined : words.addNote}
      action={doctor ? words.save : words.add}
    >
      <TextField
        label={words.name}
        help={words.nameHelp}
        name="name"
        maxLength={80}
        defaultValue={doctor?.name}
        error={fields.name}
      />
      <TextField
        label={words.speciality}
        help={words.specialityHelp}
        name="speciality"
        maxLength={60}
        defaultValue={doctor?.speciality}
        error={fields.speciality}
      />
      <TextField
        label={words.minutes}
        help={words.minutesHelp}
        name="slot_minutes"
        inputMode="numeric"
        defaultValue={doctor?.slot_minutes ?? 15}
        error={fields.slot_minutes}
      />
      <Hours days={days} onChange={change} faults={fields} />
      <FormError>
        {dialog.code === 'stale' ? <Conflict onTheirs={theirs} /> : dialog.general(PLACES)}
      </FormError>
    </FormDialog>
  );
}

interface HoursProps {
  days: readonly Span[][];
  onChange: (days: Span[][]) => void;
  faults: Readonly<Record<string, string>>;
}

function Hours({ days, onChange, faults }: HoursProps) {
  const id = useId();
  return (
    <fieldset aria-describedby={`${id}-help`} className="min-w-0">
      <legend className="text-sm font-medium text-ink">{words.hours}</legend>
      <p id={`${id}-help`} className="mt-0.5 mb-2 text-sm text-ink-3">
        {words.hoursHelp}
      </p>
      {faults.hours && <p className="mb-2 text-sm font-medium text-poor-text">{faults.hours}</p>}
      {WEEKDAYS.map((name, at) => (
        <DayHours
          key={name}
          narrow
          name={name}
          spans={days[at] ?? []}
          onChange={(spans) => onChange(days.map((day, index) => (index === at ? spans : day)))}
          fault={faults[`day.${at}`]}
          words={words}
          usual={USUAL}
        />
      ))}
      {days[0] && days[0].length > 0 && (
        <div className="border-t border-line pt-3">
          <Button size="sm" onClick={() => onChange(likeMonday(days))}>
            {words.copyDown}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function draftOf(typed: FormData, days: Span[][]): DoctorDraft {
  const text = (name: string) => String(typed.get(name) ?? '');
  return { name: text('name'), speciality: text('speciality'), minutes: text('slot_minutes'), days };
}

/** What cannot be is said without asking the server.
 * @throws ApiError by the places of the draft. */
async function send(doctor: Doctor | undefined, draft: DoctorDraft): Promise<Doctor> {
  const faults = faultsOf(draft);
  const [first] = Object.values(faults);
  if (first) throw new ApiError(0, 'missing', first, faults);
  const body = bodyOf(draft);
  try {
    if (!doctor) return await addDoctor(body);
    const { id, is_active, rev } = doctor;
    return await saveDoctor({ id, body: { ...body, is_active, rev } });
  } catch (error) {
    throw placed(error, draft.days);
  }
}

function told(before: Doctor | undefined, { name, hours }: Doctor): string {
  if (before) return words.saved(name);
  return hours.length > 0 ? words.added(name) : words.addedWithout(name);
}
