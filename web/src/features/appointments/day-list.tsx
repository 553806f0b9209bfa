import { CalendarCheck, CalendarX } from 'lucide-react';
import { useId } from 'react';
import type { Appointment } from '../../api/types';
import { cn } from '../../lib/cn';
import { day as dayWords, time } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { TextLink } from '../../ui/text-link';
import { copy } from './copy';

interface Props {
  day: string;
  today: string;
  rows: readonly Appointment[];
  zone: string;
  now: number;
  doctorOf: (id: number) => { name: string; speciality?: string | undefined };
  /** What the reader may: read the calls, cancel. */
  leads: boolean;
  onCancel: (appointment: Appointment) => void;
}

export function DayList({ day, today, rows, ...rest }: Props) {
  const id = useId();
  const booked = rows.filter((row) => row.state === 'booked').length;
  return (
    <section aria-labelledby={id} className="border-t border-line">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-sunken px-5 py-2">
        <h2 id={id} className="text-sm font-semibold text-ink">
          {dayWords(day)}
        </h2>
        {day === today && <Badge tone="accent">{copy.today}</Badge>}
        <span className="tabular text-sm text-ink-2">{copy.count(booked, rows.length - booked)}</span>
      </div>
      <ul>
        {rows.map((row) => (
          <Row key={row.id} row={row} {...rest} />
        ))}
      </ul>
    </section>
  );
}

type RowProps = Omit<Props, 'day' | 'today' | 'rows'> & { row: Appointment };

function Row({ row, zone, now, doctorOf, leads, onCancel }: RowProps) {
  const doctor = doctorOf(row.doctor_id);
  const stands = row.state === 'booked';
  return (
    <li className="grid grid-cols-[3.25rem_minmax(0,1fr)] gap-x-4 gap-y-2 border-t border-line px-5 py-3 first:border-0 sm:grid-cols-[3.25rem_minmax(0,1fr)_auto] [contain-intrinsic-size:auto_4rem] [content-visibility:auto]">
      <time
        dateTime={row.starts_at}
        className={cn('tabular text-base font-semibold', !stands && 'text-ink-3 line-through')}
      >
        {time(row.starts_at, zone)}
      </time>
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span dir="auto" className="text-base font-medium wrap-anywhere">
            {row.patient_name}
          </span>
          <span className="tabular text-sm text-ink-2">{row.caller_number ?? copy.unknown}</span>
        </p>
        <p className="mt-0.5 text-sm wrap-anywhere text-ink-2">
          {doctor.name}
          {doctor.speciality && <span className="text-ink-3"> · {doctor.speciality}</span>}
        </p>
      </div>
      <div className="col-start-2 flex flex-wrap items-center gap-x-4 gap-y-2 sm:col-start-3 sm:justify-end">
        <span className="tabular text-sm text-ink-3">{copy.number(row.id)}</span>
        {leads && row.call_id && (
          <TextLink to={`/calls/${row.call_id}`}>
            {copy.call}
            <span className="sr-only"> {row.patient_name}</span>
          </TextLink>
        )}
        <State state={row.state} />
        {leads && stands && Date.parse(row.starts_at) > now && (
          <Button
            size="sm"
            variant="danger"
            aria-label={copy.cancelOf(row.patient_name)}
            onClick={() => onCancel(row)}
          >
            {copy.cancel}
          </Button>
        )}
      </div>
    </li>
  );
}

/** Word and shape, not colour alone. */
function State({ state }: { state: Appointment['state'] }) {
  const Icon = state === 'booked' ? CalendarCheck : CalendarX;
  return (
    <Badge tone={state === 'booked' ? 'good' : 'neutral'}>
      <Icon aria-hidden className="mr-1 -mt-0.5 inline size-3.5" />
      {copy.states[state]}
    </Badge>
  );
}
