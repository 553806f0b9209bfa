import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Doctor } from '../../api/types';
import { makeDoctor, makeUser } from '../../testing/factories';
import { FakeProblem, type Routes } from '../../testing/fake-server';
import { renderApp } from '../../testing/render-app';

const me = makeUser();
const clinic = { ...me, client: { ...me.client, sector: 'healthcare' as const } };
const NAME_TAKEN = 'An active doctor has that name.';

/** A server that keeps what it is given, as far as this page asks. */
function slotBook(...doctors: Doctor[]): Routes {
  const stored = [...doctors];
  const taken = (name: string, id?: number) =>
    stored.some((one) => one.is_active && one.id !== id && one.name.toLowerCase() === name.toLowerCase());
  const refused = () => new FakeProblem(409, { code: 'name_taken', detail: NAME_TAKEN, field: 'name' });
  return {
    'GET /api/auth/me': clinic,
    'GET /api/calls': { calls: [] },
    'GET /api/tasks': { tasks: [] },
    'GET /api/doctors': () => ({ doctors: stored }),
    'POST /api/doctors': ({ body }) => {
      const asked = body as Doctor;
      if (taken(asked.name)) return refused();
      const made = makeDoctor({ ...asked, id: stored.length + 1 });
      stored.push(made);
      return made;
    },
    'PUT /api/doctors/{id}': ({ body, params }) => {
      const asked = body as Doctor;
      const at = stored.findIndex(({ id }) => id === Number(params.id));
      const now = stored[at] as Doctor;
      if (asked.rev !== now.rev)
        return new FakeProblem(409, { code: 'stale', detail: 'Look at current.', current: now as never });
      if (asked.is_active && taken(asked.name, now.id)) return refused();
      const changed = { ...now, ...asked, rev: now.rev + 1 };
      stored[at] = changed;
      return changed;
    },
  };
}

describe('/settings/doctors', () => {
  it('says what the agent does without doctors', async () => {
    renderApp('/settings/doctors', slotBook());
    expect(await screen.findByText('No doctors yet')).toBeVisible();
    expect(screen.getByText(/takes messages instead of booking/)).toBeVisible();
  });

  it('is not there for a shop, nor in its settings', async () => {
    const { router } = renderApp('/settings/doctors', { ...slotBook(), 'GET /api/auth/me': me });
    await waitFor(() => expect(router.state.location.pathname).toBe('/settings/company'));
    expect(screen.queryByRole('link', { name: 'Doctors' })).toBeNull();
  });

  it('adds a doctor with a break at noon, Monday to Friday', async () => {
    const { user, sent } = renderApp('/settings/doctors', slotBook());
    await user.click(await screen.findByRole('button', { name: 'Add a doctor' }));
    const dialog = await screen.findByRole('dialog');
    const press = (name: string) => user.click(within(dialog).getByRole('button', { name }));
    await press('Add a doctor');
    // What is missing is said without asking the server.
    expect(await within(dialog).findByText(/Enter the name as the agent is to say it/)).toBeVisible();
    await waitFor(() => expect(within(dialog).getByLabelText('Name')).toHaveFocus());
    expect(sent.some(({ key }) => key === 'POST /api/doctors')).toBe(false);
    await user.type(within(dialog).getByLabelText('Name'), 'Doctor Rao');
    await user.type(within(dialog).getByLabelText('Speciality'), 'Eye specialist');
    await press('Add hours: Monday');
    await press('Add hours: Monday');
    await user.type(within(dialog).getByLabelText('Monday from, 2'), '12:00');
    await user.type(within(dialog).getByLabelText('Monday to, 2'), '20:00');
    await press('Monday’s hours up to Friday');
    await press('Add a doctor');
    expect((await within(dialog).findAllByText('Two spans of a day do not overlap.')).length).toBe(5);
    await user.clear(within(dialog).getByLabelText('Monday from, 2'));
    await user.type(within(dialog).getByLabelText('Monday from, 2'), '17:00');
    await press('Monday’s hours up to Friday');
    await press('Add a doctor');
    expect(await screen.findByText('Mon–Fri 09:00–13:00, 17:00–20:00')).toBeVisible();
    expect(screen.getByText('Eye specialist · 15 minutes each')).toBeVisible();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('a taken name is said at its field, and what was typed stays', async () => {
    const { user } = renderApp('/settings/doctors', slotBook(makeDoctor()));
    await user.click(await screen.findByRole('button', { name: 'Add a doctor' }));
    const dialog = await screen.findByRole('dialog');
    const name = within(dialog).getByLabelText('Name');
    await user.type(name, 'doctor kapoor');
    await user.type(within(dialog).getByLabelText('Speciality'), 'Eye specialist');
    await user.click(within(dialog).getByRole('button', { name: 'Add a doctor' }));
    await waitFor(() => expect(name).toHaveFocus());
    expect(name).toHaveAccessibleDescription(expect.stringContaining(NAME_TAKEN));
    expect(name).toHaveValue('doctor kapoor');
    expect(within(dialog).getByLabelText('Speciality')).toHaveValue('Eye specialist');
    // Once, at the field.
    expect(within(dialog).getAllByText(NAME_TAKEN)).toHaveLength(1);
  });
});

describe('/settings/doctors: one that is there', () => {
  it('point 25: who edits what somebody else saved meanwhile is told, and sees theirs on request', async () => {
    const doctor = makeDoctor();
    const routes = slotBook(doctor);
    const { user } = renderApp('/settings/doctors', routes);
    await user.click(await screen.findByRole('button', { name: 'Edit: Doctor Kapoor' }));
    const put = routes['PUT /api/doctors/{id}'] as (asked: object) => Doctor;
    put({ params: { id: '1' }, body: { ...doctor, speciality: 'Heart specialist' } });
    const dialog = await screen.findByRole('dialog');
    await user.clear(within(dialog).getByLabelText('Speciality'));
    await user.type(within(dialog).getByLabelText('Speciality'), 'Mine');
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    expect(await within(dialog).findByText('Somebody else saved in the meantime.')).toBeVisible();
    expect(within(dialog).getByLabelText('Speciality')).toHaveValue('Mine');
    await user.click(within(dialog).getByRole('button', { name: 'Show what is stored now' }));
    await waitFor(() => expect(screen.getByLabelText('Speciality')).toHaveValue('Heart specialist'));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('point 21: deactivates with what follows spelled out, and brings back', async () => {
    const { user, sent } = renderApp('/settings/doctors', slotBook(makeDoctor()));
    await user.click(await screen.findByRole('button', { name: 'Deactivate: Doctor Kapoor' }));
    const ask = await screen.findByRole('alertdialog', { name: 'Deactivate Doctor Kapoor?' });
    expect(ask).toHaveTextContent(/Appointments that are booked stand/);
    expect(ask).toHaveTextContent(/Nobody else can be booked: the agent will take messages/);
    expect(within(ask).getByRole('button', { name: 'Cancel' })).toHaveFocus();
    await user.click(within(ask).getByRole('button', { name: 'Deactivate' }));
    expect(await screen.findByRole('heading', { name: 'Inactive' })).toBeVisible();
    expect(screen.getByText('Nobody can be booked')).toBeVisible();
    // The whole of it was sent, with the hours.
    const body = sent.find(({ key }) => key === 'PUT /api/doctors/{id}')?.body as Doctor;
    expect([body.is_active, body.hours.length, body.rev]).toEqual([false, 5, 1]);
    await user.click(await screen.findByRole('button', { name: 'Reactivate: Doctor Kapoor' }));
    const back = await screen.findByRole('alertdialog', { name: 'Reactivate Doctor Kapoor?' });
    expect(back).toHaveTextContent('Hours: Mon–Fri 09:00–13:00.');
    await user.click(within(back).getByRole('button', { name: 'Reactivate' }));
    expect(await screen.findByRole('button', { name: 'Deactivate: Doctor Kapoor' })).toBeVisible();
  });
});
