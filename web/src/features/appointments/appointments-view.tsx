import { useQuery } from '@tanstack/react-query';
import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { doctorsQuery } from '../../api/doctors';
import { may, useMe } from '../../api/session';
import type { Appointment, Doctor } from '../../api/types';
import { date, zoneName } from '../../lib/format';
import { useNow } from '../../lib/use-now';
import { Button, IconButton } from '../../ui/button';
import { Card } from '../../ui/card';
import { Note } from '../../ui/note';
import { Page } from '../../ui/page';
import { Select } from '../../ui/select';
import { Empty, Failure, SkeletonRows } from '../../ui/states';
import { TextLink } from '../../ui/text-link';
import { CancelDialog } from './cancel-dialog';
import { copy } from './copy';
import { DayList } from './day-list';
import { appointmentsQuery, MOST } from './queries';
import { byDay, dayAt, type Week, weekOf } from './week';

/** As it stands in the URL; this week and all doctors when left out. */
export interface AppointmentSearch {
  week?: string | undefined;
  doctor?: number | undefined;
}

interface Props {
  search: AppointmentSearch;
  onSearch: (search: AppointmentSearch) => void;
}

const ALL = '0';

export function AppointmentsView({ search, onSearch }: Props) {
  const { zone } = useMe().client;
  // Half a minute is near enough for what is over and what is today.
  const now = useNow(30_000);
  const today = dayAt(now, zone);
  const week = weekOf(search.week, today, zone);
  const thisWeek = weekOf(undefined, today, zone).monday;
  const goTo = (monday: string) => onSearch({ ...search, week: monday === thisWeek ? undefined : monday });
  const doctors = useQuery(doctorsQuery);
  return (
    <Page title={copy.title} note={copy.note(zoneName(zone))}>
      <Card body="flush">
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-5 py-4">
          <WeekPicker
            week={week}
            isNow={week.monday === thisWeek}
            onWeek={goTo}
            onNow={() => goTo(thisWeek)}
          />
          <div className="w-full sm:w-56">
            <Select
              label={copy.doctor}
              value={String(search.doctor ?? ALL)}
              onChange={(value) => onSearch({ ...search, doctor: value === ALL ? undefined : Number(value) })}
              options={choices(doctors.data ?? [], search.doctor)}
            />
          </div>
        </div>
        <WeekList
          key={week.monday}
          week={week}
          today={today}
          now={now}
          doctor={search.doctor}
          onEveryDoctor={() => onSearch({ ...search, doctor: undefined })}
        />
      </Card>
    </Page>
  );
}

interface PickerProps {
  week: Week;
  isNow: boolean;
  onWeek: (monday: string) => void;
  onNow: () => void;
}

function WeekPicker({ week, isNow, onWeek, onNow }: PickerProps) {
  const words = (day: string) => date(`${day}T00:00:00Z`, 'UTC');
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <div className="flex gap-1">
        <IconButton variant="secondary" label={copy.before} onClick={() => onWeek(week.before)}>
          <ChevronLeft />
        </IconButton>
        <IconButton variant="secondary" label={copy.after} onClick={() => onWeek(week.after)}>
          <ChevronRight />
        </IconButton>
      </div>
      <Button size="sm" disabled={isNow} onClick={onNow}>
        {copy.now}
      </Button>
      <p role="status" className="tabular text-base font-semibold text-ink">
        {copy.week(words(week.monday), words(week.sunday))}
      </p>
    </div>
  );
}

interface ListProps {
  week: Week;
  today: string;
  now: number;
  doctor: number | undefined;
  onEveryDoctor: () => void;
}

function WeekList({ week, today, now, doctor, onEveryDoctor }: ListProps) {
  const { role, client } = useMe();
  const [cancelling, cancel] = useState<Appointment | null>(null);
  const found = useQuery(appointmentsQuery(week));
  const doctors = useQuery(doctorsQuery);
  const all = found.data;
  if (!all || !doctors.data) {
    const failed = [found, doctors].find((one) => one.isError && !one.data);
    if (failed) return <Failure error={failed.error} onRetry={() => retry(found, doctors)} />;
    return (
      <div className="px-5 pb-5">
        <SkeletonRows rows={5} />
      </div>
    );
  }
  const known = new Map(doctors.data.map((one) => [one.id, one]));
  const doctorOf = (id: number) => known.get(id) ?? { name: `${copy.doctor} ${id}` };
  const rows = doctor === undefined ? all : all.filter((row) => row.doctor_id === doctor);
  if (rows.length === 0) {
    const filtered = all.length > 0 && doctor !== undefined;
    if (filtered) return <NothingOf name={known.get(doctor)?.name} onClear={onEveryDoctor} />;
    return <Nothing doctors={doctors.data} />;
  }
  return (
    <>
      {all.length >= MOST && (
        <div className="px-5 pb-4">
          <Note>{copy.cut(MOST)}</Note>
        </div>
      )}
      {byDay(rows, client.zone).map(([day, some]) => (
        <DayList
          key={day}
          day={day}
          today={today}
          rows={some}
          zone={client.zone}
          now={now}
          doctorOf={doctorOf}
          leads={may.lead(role)}
          onCancel={cancel}
        />
      ))}
      {cancelling && (
        <CancelDialog
          appointment={cancelling}
          doctor={doctorOf(cancelling.doctor_id).name}
          zone={client.zone}
          onClose={() => cancel(null)}
        />
      )}
    </>
  );
}

/** Says what makes a booking appear; without doctors, that there have to be some. */
function Nothing({ doctors }: { doctors: readonly Doctor[] }) {
  const manages = may.manage(useMe().role);
  if (doctors.some((one) => one.is_active)) {
    return (
      <Empty icon={<CalendarDays />} title={copy.none}>
        {copy.noneNote}
      </Empty>
    );
  }
  return (
    <Empty
      icon={<CalendarDays />}
      title={copy.noDoctors}
      action={manages && <TextLink to="/settings/doctors">{copy.addDoctors}</TextLink>}
    >
      {copy.noDoctorsNote} {!manages && copy.askForDoctors}
    </Empty>
  );
}

function NothingOf({ name = copy.thisDoctor, onClear }: { name?: string | undefined; onClear: () => void }) {
  return (
    <Empty
      icon={<CalendarDays />}
      title={copy.noneOf(name)}
      action={<Button onClick={onClear}>{copy.showAll}</Button>}
    >
      {copy.noneOfNote}
    </Empty>
  );
}

type Asked = { isError: boolean; refetch: () => unknown };

function retry(...asked: readonly Asked[]): void {
  for (const one of asked) if (one.isError) one.refetch();
}

function choices(doctors: readonly Doctor[], chosen: number | undefined) {
  const options = doctors.map(({ id, name, is_active }) => ({
    value: String(id),
    label: is_active ? name : copy.inactive(name),
  }));
  // An old link may name one that there is not; the list says so.
  const known = chosen === undefined || doctors.some(({ id }) => id === chosen);
  const odd = known ? [] : [{ value: String(chosen), label: `${copy.doctor} ${chosen}` }];
  return [{ value: ALL, label: copy.everyDoctor }, ...options, ...odd];
}
