import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeAppointment, makeDoctor, makeUser } from '../../testing/factories';
import { FakeProblem, type Routes } from '../../testing/fake-server';
import { renderApp } from '../../testing/render-app';

const clinic = (role: 'owner' | 'supervisor' | 'agent' = 'owner') => {
  const user = makeUser({ role });
  return { ...user, client: { ...user.client, sector: 'healthcare' as const } };
};
const TUESDAY = { from: '2026-11-29T18:30:00.000Z', to: '2026-12-06T18:30:00.000Z' };
const routes: Routes = {
  'GET /api/auth/me': clinic(),
  'GET /api/calls': { calls: [] },
  'GET /api/tasks': { tasks: [] },
  'GET /api/doctors': {
    doctors: [makeDoctor(), makeDoctor({ id: 2, name: 'Doctor Reddy', speciality: 'Skin specialist' })],
  },
  'GET /api/appointments': ({ query }) => ({
    appointments:
      query.get('from') === TUESDAY.from
        ? [
            makeAppointment(),
            makeAppointment({ id: 2, doctor_id: 2, patient_name: 'Asha Rao', state: 'cancelled' }),
            makeAppointment({ id: 3, starts_at: '2026-12-04T04:30:00Z', patient_name: 'Imran Khan' }),
          ]
        : [],
  }),
};

/** In the row; the link to the call says the name as well, for ears. */
const patient = (name: string) => screen.findByText(name, { selector: '[dir=auto]' });

// Only the clock of the page: a Monday evening in Kolkata.
beforeEach(() => vi.useFakeTimers({ now: Date.parse('2026-11-30T13:00:00Z'), toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

describe('/appointments', () => {
  it('shows the week in the zone of the company, by day, with its states in words', async () => {
    const { sent } = renderApp('/appointments', routes);
    const tuesday = await screen.findByRole('region', { name: /^Tue.* 1 Dec$/ });
    expect(within(tuesday).getByText('1 booked, 1 cancelled')).toBeVisible();
    const [first, second] = within(tuesday).getAllByRole('listitem');
    expect(first).toHaveTextContent(
      /09:15\s*Ravi Kumar\s*\+91 98•• ••217\s*Doctor Kapoor · General physician/,
    );
    expect(within(first as HTMLElement).getByText('Booked')).toBeVisible();
    expect(
      within(first as HTMLElement).getByRole('link', { name: 'See the call Ravi Kumar' }),
    ).toHaveAttribute('href', '/calls/0198f000-0000-7000-8000-0000000000c1');
    expect(second).toHaveTextContent(/Asha Rao.*Doctor Reddy.*Cancelled/);
    expect(screen.getByRole('region', { name: /4 Dec$/ })).toHaveTextContent(/10:00\s*Imran Khan/);
    const asked = sent.find(({ key }) => key === 'GET /api/appointments');
    expect(Object.fromEntries(new URLSearchParams(asked?.path.split('?')[1]))).toEqual(TUESDAY);
  });

  it('keeps week and doctor in the address, and goes back to this week', async () => {
    const { user, router } = renderApp('/appointments?week=2026-12-03&doctor=2', routes);
    expect(await patient('Asha Rao')).toBeVisible();
    expect(screen.queryAllByText('Ravi Kumar')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Next week' }));
    expect(router.state.location.search).toEqual({ week: '2026-12-07', doctor: 2 });
    expect(await screen.findByText('Nothing is booked in this week')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'This week' }));
    await waitFor(() => expect(router.state.location.search).toEqual({ doctor: 2 }));
    expect(await patient('Asha Rao')).toBeVisible();
  });

  it('a doctor without bookings leads back to all', async () => {
    const { user } = renderApp('/appointments?doctor=9', routes);
    await user.click(await screen.findByRole('button', { name: 'Show all doctors' }));
    expect(await patient('Ravi Kumar')).toBeVisible();
  });
});

describe('/appointments: cancelling', () => {
  it('cancels after saying what follows, and offers it only for what stands', async () => {
    let cancelled = false;
    const { user, sent } = renderApp('/appointments', {
      ...routes,
      'GET /api/appointments': () => ({
        appointments: [
          makeAppointment({ state: cancelled ? 'cancelled' : 'booked' }),
          // In the morning: over.
          makeAppointment({ id: 4, starts_at: '2026-11-30T04:00:00Z', patient_name: 'Over Already' }),
        ],
      }),
      'POST /api/appointments/{id}/cancel': () => {
        cancelled = true;
        return makeAppointment({ state: 'cancelled' });
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Cancel the appointment of Ravi Kumar' }));
    expect(screen.queryByRole('button', { name: /Over Already/ })).toBeNull();
    const ask = await screen.findByRole('alertdialog', { name: 'Cancel the appointment of Ravi Kumar?' });
    expect(ask).toHaveTextContent(/1 Dec, 09:15 with Doctor Kapoor is free at once/);
    expect(ask).toHaveTextContent(/Caly tells nobody/);
    expect(within(ask).getByRole('button', { name: 'Keep it' })).toHaveFocus();
    await user.click(within(ask).getByRole('button', { name: 'Cancel appointment' }));
    expect(await screen.findByText('0 booked, 1 cancelled')).toBeVisible();
    expect(sent.filter(({ path }) => path === '/api/appointments/1/cancel')).toHaveLength(1);
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(screen.queryByRole('button', { name: /^Cancel the appointment/ })).toBeNull();
  });

  it('a member sees the week, but nothing to cancel with and no call of others', async () => {
    renderApp('/appointments', { ...routes, 'GET /api/auth/me': clinic('agent') });
    expect(await patient('Ravi Kumar')).toBeVisible();
    expect(screen.queryByRole('button', { name: /^Cancel/ })).toBeNull();
    expect(screen.queryByRole('link', { name: /See the call/ })).toBeNull();
  });
});

describe('/appointments: with nothing to show', () => {
  it('says what makes a booking appear; without doctors, where they are entered', async () => {
    renderApp('/appointments?week=2026-11-02', { ...routes, 'GET /api/doctors': { doctors: [] } });
    expect(await screen.findByText('No doctors yet')).toBeVisible();
    expect(screen.getByText(/takes messages instead of booking/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'Open Settings, Doctors' })).toHaveAttribute(
      'href',
      '/settings/doctors',
    );
  });

  it('point 39: says why it cannot be read, and reads it on request', async () => {
    let away = true;
    const { user } = renderApp('/appointments', {
      ...routes,
      'GET /api/appointments': () =>
        away
          ? new FakeProblem(503, { code: 'busy', detail: 'The database is away.' })
          : { appointments: [makeAppointment()] },
    });
    expect(await screen.findByText('The database is away.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Next week' })).toBeEnabled();
    away = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await patient('Ravi Kumar')).toBeVisible();
  });

  it('is not there for a shop', async () => {
    const { router } = renderApp('/appointments', { ...routes, 'GET /api/auth/me': makeUser() });
    await waitFor(() => expect(router.state.location.pathname).toBe('/'));
    expect(screen.queryByRole('link', { name: 'Appointments' })).toBeNull();
  });
});
