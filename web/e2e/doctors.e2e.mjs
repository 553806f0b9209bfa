// The clinic's slot book: its doctors in the settings, its appointments by week.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { apiAs, CLINIC, fits, focused, lost, OWNER, settled, withPage, world } from './harness.mjs';

let here;
let api;
before(async () => {
  here = await world();
  api = await apiAs(here.url, CLINIC);
});
after(() => here.close());
const clinic = (options, body) => withPage(here, { as: CLINIC, ...options }, body);

const WEEK = [1, 2, 3, 4, 5].flatMap((weekday) => [
  { weekday, from: '09:00', to: '13:00' },
  { weekday, from: '17:00', to: '20:00' },
]);
const doctorCalled = async (name) =>
  (await api('GET', '/api/doctors')).doctors.find((doctor) => doctor.name === name);

async function open(page, path) {
  await page.goto(path);
  await settled(page);
}

/** A booking as a caller makes it, in a rehearsed call; the only one. */
let booking;
async function booked() {
  booking ??= (async () => {
    await api('POST', '/api/rehearsals', { script: 'appointment_book' });
    for (let tries = 0; tries < 480; tries += 1) {
      const { appointments } = await api('GET', '/api/appointments');
      if (appointments.length > 0) return appointments[0];
      await new Promise((done) => setTimeout(done, 250));
    }
    throw new Error('the rehearsed caller was never booked');
  })();
  return booking;
}

test('doctors: one is added with hours of two spans, and listed; a taken name lands on its field', () =>
  clinic({}, async (page) => {
    await open(page, '/settings/doctors');
    await page.getByText('Mon–Fri 09:00–13:00').waitFor();
    await page.getByRole('button', { name: 'Add a doctor' }).click();
    const dialog = page.getByRole('dialog');
    const add = dialog.getByRole('button', { name: 'Add a doctor' });
    await dialog.getByLabel('Name').fill('doctor KAPOOR');
    await dialog.getByLabel('Speciality').fill('Eye specialist');
    await dialog.getByLabel('Length of an appointment, minutes').fill('20');
    await dialog.getByRole('button', { name: 'Add hours: Monday' }).click();
    await dialog.getByRole('button', { name: 'Add hours: Monday' }).click();
    await dialog.getByLabel('Monday from, 2').fill('12:30');
    await dialog.getByLabel('Monday to, 2').fill('20:00');
    await add.click();
    await dialog.getByText('Two spans of a day do not overlap.').waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
    await dialog.getByLabel('Monday from, 2').fill('17:00');
    await dialog.getByRole('button', { name: 'Monday’s hours up to Friday' }).click();
    await add.click();
    // What only the server knows.
    const name = dialog.getByLabel('Name');
    await page.waitForFunction(() => document.activeElement?.name === 'name');
    const ids = (await name.getAttribute('aria-describedby')).split(' ');
    assert.notEqual(await page.locator(`[id="${ids.at(-1)}"]`).innerText(), '');
    assert.equal(await name.getAttribute('aria-invalid'), 'true');
    assert.equal(await dialog.getByLabel('Speciality').inputValue(), 'Eye specialist');
    await name.fill('Doctor Bose');
    await add.click();
    await dialog.waitFor({ state: 'detached' });
    const row = page.getByRole('listitem').filter({ hasText: 'Doctor Bose' }).first();
    await row.getByText('Eye specialist · 20 minutes each').waitFor();
    await row.getByText('Mon–Fri 09:00–13:00, 17:00–20:00').waitFor();
    const { rev: _, id: __, ...made } = await doctorCalled('Doctor Bose');
    assert.deepEqual(made, {
      name: 'Doctor Bose',
      speciality: 'Eye specialist',
      slot_minutes: 20,
      hours: WEEK,
      is_active: true,
    });
  }));

test('doctors: the end of a day is an end; hours come back as they were', () =>
  clinic({}, async (page) => {
    await api('POST', '/api/doctors', {
      name: 'Doctor Night',
      speciality: 'Night doctor',
      slot_minutes: 30,
      hours: [{ weekday: 7, from: '20:00', to: '24:00' }],
    });
    await open(page, '/settings/doctors');
    await page.getByText('Sun 20:00–24:00').waitFor();
    await page.getByRole('button', { name: 'Edit: Doctor Night' }).click();
    const dialog = page.getByRole('dialog');
    assert.equal(await dialog.getByLabel('Sunday to').inputValue(), '00:00');
    await dialog.getByLabel('Sunday from').fill('21:00');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Sun 21:00–24:00').waitFor();
    assert.deepEqual((await doctorCalled('Doctor Night')).hours, [
      { weekday: 7, from: '21:00', to: '24:00' },
    ]);
  }));

test('point 25: two people edit one doctor; the second is told and sees what is stored', () =>
  clinic({}, async (page) => {
    await open(page, '/settings/doctors');
    await page.getByRole('button', { name: 'Edit: Doctor Reddy' }).click();
    const dialog = page.getByRole('dialog');
    const { id, ...doctor } = await doctorCalled('Doctor Reddy');
    await api('PUT', `/api/doctors/${id}`, { ...doctor, speciality: 'Skin and hair' });
    await dialog.getByLabel('Length of an appointment, minutes').fill('25');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').getByText('Somebody else saved in the meantime.').waitFor();
    assert.equal((await doctorCalled('Doctor Reddy')).slot_minutes, doctor.slot_minutes);
    assert.equal(await dialog.getByLabel('Length of an appointment, minutes').inputValue(), '25');
    await dialog.getByRole('button', { name: 'Show what is stored now' }).click();
    await page.waitForFunction(() => document.querySelector('[name=speciality]')?.value === 'Skin and hair');
    await dialog.getByLabel('Speciality').fill(doctor.speciality);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await doctorCalled('Doctor Reddy')).speciality, doctor.speciality);
  }));

test('point 21: a doctor is deactivated with what follows spelled out, and comes back', () =>
  clinic({}, async (page) => {
    await open(page, '/settings/doctors');
    await page.getByRole('button', { name: 'Deactivate: Doctor Sharma' }).click();
    const ask = page.getByRole('alertdialog');
    await ask.getByText(/Appointments that are booked stand/).waitFor();
    const cancel = ask.getByRole('button', { name: 'Cancel' });
    await focused(cancel);
    await ask.getByRole('button', { name: 'Deactivate' }).click();
    await page.getByRole('heading', { name: 'Inactive', exact: true }).waitFor();
    const away = await doctorCalled('Doctor Sharma');
    assert.equal(away.is_active, false);
    assert.ok(away.hours.length > 0, 'the hours are kept');
    await page.getByRole('button', { name: 'Reactivate: Doctor Sharma' }).click();
    await ask.getByText('Hours: Mon–Fri 17:00–20:00.').waitFor();
    await ask.getByRole('button', { name: 'Reactivate' }).click();
    await page.getByRole('button', { name: 'Deactivate: Doctor Sharma' }).waitFor();
    assert.equal((await doctorCalled('Doctor Sharma')).is_active, true);
  }));

test('roles: a member changes nothing in the slot book; a supervisor may cancel, not edit doctors', {
  timeout: 240_000,
}, async () => {
  const made = await booked();
  const week = `/appointments?week=${made.starts_at.slice(0, 10)}`;
  await withPage(here, { as: await here.persona('agent', CLINIC) }, async (page) => {
    await open(page, week);
    await page.getByText(`No. ${made.id}`, { exact: true }).waitFor();
    assert.equal(
      await page
        .getByRole('main')
        .getByRole('button', { name: /^Cancel/ })
        .count(),
      0,
    );
    assert.equal(
      await page.getByText(made.caller_number, { exact: true }).count(),
      0,
      'the number is masked',
    );
    await page.goto('/settings/doctors');
    await page.waitForURL((url) => !url.pathname.startsWith('/settings'));
  });
  await withPage(here, { as: await here.persona('supervisor', CLINIC) }, async (page) => {
    await open(page, week);
    await page.getByRole('button', { name: `Cancel the appointment of ${made.patient_name}` }).waitFor();
    await page.goto('/settings/doctors');
    await page.waitForURL((url) => !url.pathname.startsWith('/settings'));
  });
});

test(
  'appointments: what a caller booked is shown in its week, with its call, and is cancelled',
  {
    timeout: 240_000,
  },
  () =>
    clinic({}, async (page) => {
      const made = await booked();
      const doctor = (await api('GET', '/api/doctors')).doctors.find(({ id }) => id === made.doctor_id);
      await open(page, '/profile');
      // By keyboard, then as a link that somebody shares.
      await page.keyboard.press('g');
      await page.keyboard.press('b');
      await page.getByRole('heading', { level: 1, name: 'Appointments' }).waitFor();
      const week = made.starts_at.slice(0, 10);
      await open(page, `/appointments?week=${week}&doctor=${made.doctor_id}`);
      const row = page
        .getByRole('main')
        .getByRole('listitem')
        .filter({ hasText: `No. ${made.id}` });
      await row.getByText(made.patient_name, { exact: true }).first().waitFor();
      await row.getByText(doctor.name).waitFor();
      await row.getByText(made.caller_number, { exact: true }).waitFor();
      await row.getByText('Booked', { exact: true }).waitFor();
      const { zone } = await api('GET', '/api/company');
      const clock = { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
      await row.getByText(new Intl.DateTimeFormat('en-GB', clock).format(new Date(made.starts_at))).waitFor();
      assert.equal(await row.getByRole('link').getAttribute('href'), `/calls/${made.call_id}`);
      // Of another doctor there is nothing, and a way back.
      const other = (await api('GET', '/api/doctors')).doctors.find(({ id }) => id !== made.doctor_id);
      await page.getByRole('combobox', { name: 'Doctor' }).click();
      await page.getByRole('option', { name: other.name, exact: true }).click();
      await page.getByText(`Nothing is booked with ${other.name} in this week`).waitFor();
      await page.getByRole('button', { name: 'Show all doctors' }).click();
      await row.getByRole('button', { name: /^Cancel the appointment of / }).click();
      const ask = page.getByRole('alertdialog');
      await ask.getByText(/is free at once/).waitFor();
      const keep = ask.getByRole('button', { name: 'Keep it' });
      await focused(keep);
      assert.deepEqual(await violations(page, '[role=alertdialog]'), []);
      await ask.getByRole('button', { name: 'Cancel appointment' }).click();
      await row.getByText('Cancelled', { exact: true }).waitFor();
      assert.equal(await row.getByRole('button').count(), 0);
      const { appointments } = await api('GET', `/api/appointments?from=${made.starts_at}`);
      assert.equal(appointments.find(({ id }) => id === made.id).state, 'cancelled');
      // The call in which it was made is one press away.
      await row.getByRole('link', { name: /^See the call/ }).click();
      await page.waitForURL((url) => url.pathname === `/calls/${made.call_id}`);
    }),
);

test('point 8: weeks go back and forth in the address, and the way back leads through them', () =>
  clinic({}, async (page) => {
    await open(page, '/appointments');
    const span = page.getByRole('main').getByRole('status').first();
    const now = await span.innerText();
    assert.ok(await page.getByRole('button', { name: 'This week' }).isDisabled());
    await page.getByRole('button', { name: 'Previous week' }).click();
    await page.waitForURL(/week=\d{4}-\d{2}-\d{2}/);
    // The address may be there before the week.
    await page.waitForFunction((words) => !document.body.innerText.includes(words), now);
    const before = await span.innerText();
    await page.reload();
    await settled(page);
    assert.equal(await span.innerText(), before);
    await page.getByRole('button', { name: 'Previous week' }).click();
    await page.waitForFunction((words) => !document.body.innerText.includes(words), before);
    await page.goBack();
    await page.getByText(before).waitFor();
    await page.getByRole('button', { name: 'This week' }).click();
    await page.waitForURL((url) => url.search === '');
    await page.getByText(now).waitFor();
  }));

for (const [theme, width] of [
  ['light', 1440],
  ['dark', 390],
  ['light', 320],
]) {
  test(
    `points 5, 6: rows, dialogs and questions of the slot book, ${theme}, ${width} px`,
    {
      timeout: 240_000,
    },
    () =>
      clinic({ theme, width }, async (page) => {
        const made = await booked();
        await open(page, `/appointments?week=${made.starts_at.slice(0, 10)}`);
        await page.getByText(`No. ${made.id}`, { exact: true }).waitFor();
        assert.deepEqual(await violations(page), []);
        await fits(page);
        assert.deepEqual(await lost(page), []);
        await open(page, '/settings/doctors');
        await page.getByRole('button', { name: 'Edit: Doctor Kapoor' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Add hours: Monday' }).click();
        assert.deepEqual(await violations(page, '[role=dialog]'), []);
        await fits(page);
        assert.deepEqual(await lost(page), []);
        // A span stands in one line where there is room for it.
        const wide = width > 320;
        const tops = await Promise.all(
          ['Tuesday from', 'Tuesday to'].map((name) => page.getByLabel(name).boundingBox()),
        );
        assert.equal(tops[0].y === tops[1].y, wide, 'the two times of a span');
        await page.getByRole('button', { name: 'Cancel' }).click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await page.getByRole('button', { name: 'Deactivate: Doctor Kapoor' }).click();
        await page.getByRole('alertdialog').waitFor();
        assert.deepEqual(await violations(page, '[role=alertdialog]'), []);
        await page.keyboard.press('Escape');
      }),
  );
}

test('the slot book is a clinic’s: a shop has neither page nor a way to them', () =>
  withPage(here, { as: OWNER }, async (page) => {
    await page.goto('/appointments');
    await page.waitForURL((url) => url.pathname === '/');
    await settled(page);
    assert.equal(await page.getByRole('link', { name: 'Appointments' }).count(), 0);
    await page.goto('/settings/doctors');
    await page.waitForURL((url) => url.pathname === '/settings/company');
    await settled(page);
    assert.equal(await page.getByRole('link', { name: 'Doctors' }).count(), 0);
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await page.waitForTimeout(500);
    assert.equal(new URL(page.url()).pathname, '/settings/company');
  }));
