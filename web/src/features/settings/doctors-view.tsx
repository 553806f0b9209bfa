import { useSuspenseQuery } from '@tanstack/react-query';
import { Plus, Stethoscope } from 'lucide-react';
import { useState } from 'react';
import { doctorsQuery } from '../../api/doctors';
import { useMe } from '../../api/session';
import type { Doctor } from '../../api/types';
import { zoneName } from '../../lib/format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Page } from '../../ui/page';
import { Empty } from '../../ui/states';
import { DoctorDialog } from './doctor-dialog';
import { hoursSummary } from './doctor-draft';
import { DoctorStanding } from './doctor-standing';
import { doctorsCopy as words } from './doctors-copy';

/** A dialog's doctor stays as it was opened, so that a list that is read again
 * takes away nothing that was typed; a question is about what is there now. */
type Open = { act: 'add' } | { act: 'edit'; doctor: Doctor } | { act: 'standing'; id: number };

export function DoctorsView() {
  const { client } = useMe();
  const { data: doctors } = useSuspenseQuery(doctorsQuery);
  const [open, setOpen] = useState<Open | null>(null);
  const active = doctors.filter((doctor) => doctor.is_active);
  const inactive = doctors.filter((doctor) => !doctor.is_active);
  const close = () => setOpen(null);
  const asked = open?.act === 'standing' && doctors.find(({ id }) => id === open.id);
  const theirs = (doctor: Doctor | undefined) => setOpen(doctor ? { act: 'edit', doctor } : null);
  return (
    <Page
      title={words.title}
      note={words.note(zoneName(client.zone))}
      width="narrow"
      actions={
        <Button variant="primary" onClick={() => setOpen({ act: 'add' })}>
          <Plus /> {words.add}
        </Button>
      }
    >
      {active.length === 0 ? (
        <Card>
          <Empty icon={<Stethoscope />} title={inactive.length > 0 ? words.noneActive : words.none}>
            {inactive.length > 0 ? words.noneActiveNote : words.noneNote}
          </Empty>
        </Card>
      ) : (
        <Card title={words.bookable} note={words.count(active.length)} body="flush">
          <DoctorList doctors={active} onOpen={setOpen} />
        </Card>
      )}
      {inactive.length > 0 && (
        <Card title={words.inactive} note={words.inactiveNote} body="flush">
          <DoctorList doctors={inactive} onOpen={setOpen} />
        </Card>
      )}
      {open?.act === 'add' && <DoctorDialog onClose={close} onTheirs={theirs} />}
      {open?.act === 'edit' && (
        <DoctorDialog
          key={`${open.doctor.id} ${open.doctor.rev}`}
          doctor={open.doctor}
          onClose={close}
          onTheirs={theirs}
        />
      )}
      {asked && <DoctorStanding doctor={asked} last={active.length === 1} onClose={close} />}
    </Page>
  );
}

function DoctorList({ doctors, onOpen }: { doctors: readonly Doctor[]; onOpen: (open: Open) => void }) {
  return (
    <ul>
      {doctors.map((doctor) => (
        <li
          key={doctor.id}
          className="flex flex-wrap items-start gap-x-4 gap-y-2 border-t border-line px-5 py-3"
        >
          <div className="min-w-48 flex-1 wrap-anywhere">
            <p className="text-base font-medium">{doctor.name}</p>
            <p className="text-sm text-ink-3">
              {doctor.speciality} · {words.slot(doctor.slot_minutes)}
            </p>
            <HoursLines doctor={doctor} />
          </div>
          <span className="flex flex-wrap gap-2">
            <Button
              size="sm"
              aria-label={`${words.edit}: ${doctor.name}`}
              onClick={() => onOpen({ act: 'edit', doctor })}
            >
              {words.edit}
            </Button>
            <Button
              size="sm"
              variant={doctor.is_active ? 'danger' : 'secondary'}
              aria-label={`${doctor.is_active ? words.deactivate : words.reactivate}: ${doctor.name}`}
              onClick={() => onOpen({ act: 'standing', id: doctor.id })}
            >
              {doctor.is_active ? words.deactivate : words.reactivate}
            </Button>
          </span>
        </li>
      ))}
    </ul>
  );
}

function HoursLines({ doctor }: { doctor: Doctor }) {
  const lines = hoursSummary(doctor.hours);
  if (lines.length === 0) return <p className="mt-1 text-sm font-medium text-fair-text">{words.noHours}</p>;
  return (
    <ul aria-label={`${words.hours}: ${doctor.name}`} className="tabular mt-1 text-sm text-ink-2">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
