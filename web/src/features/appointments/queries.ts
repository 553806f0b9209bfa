import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { keys } from '../../api/keys';

/** As many as the server gives of one span. */
export const MOST = 2_000;

export const appointmentsQuery = ({ from, to }: { from: string; to: string }) =>
  queryOptions({
    queryKey: [...keys.appointments, from, to],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/appointments', { params: { query: { from, to } }, signal })).then(
        (body) => body.appointments,
      ),
    // No event tells of what a colleague cancelled.
    staleTime: 0,
  });

export const cancelAppointment = (id: number) =>
  answer(api.POST('/api/appointments/{id}/cancel', { params: { path: { id } } }));
