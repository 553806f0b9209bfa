import { createFileRoute, redirect } from '@tanstack/react-router';
import { doctorsQuery } from '../../api/doctors';
import { CLINIC } from '../../api/sectors';
import { type AppointmentSearch, AppointmentsView } from '../../features/appointments/appointments-view';
import { dayParam, idParam } from '../../lib/search-params';
import { titles } from '../-titles';

export const Route = createFileRoute('/_app/appointments')({
  staticData: { title: titles.appointments },
  validateSearch: (search): AppointmentSearch => ({
    week: dayParam(search.week),
    doctor: idParam(search.doctor),
  }),
  beforeLoad: ({ context: { me } }) => {
    // No link leads here for other companies; an old one leads to their start.
    if (me.client.sector !== CLINIC) throw redirect({ to: '/', replace: true });
  },
  loader: ({ context: { queryClient } }) => {
    // The list says itself how it is getting on.
    queryClient.prefetchQuery(doctorsQuery);
  },
  component: AppointmentsPage,
});

function AppointmentsPage() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <AppointmentsView
      search={search}
      onSearch={(next) =>
        // The way back leads through the weeks that were looked at.
        navigate({ search: next, replace: next.week === search.week, resetScroll: false })
      }
    />
  );
}
