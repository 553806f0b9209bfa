import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { apiAs, focused, OWNER, settled, withPage, world } from './harness.mjs';

let here;
let api;
before(async () => {
  here = await world();
  api = await apiAs(here.url, OWNER);
});
after(() => here.close());

const KEY = 'exokey-of-nobody-1';
const TOKEN = 'exotoken-of-nobody-1';
const SECOND = 'exotoken-of-nobody-2';
const NAME = 'E2E carrier';

/** The dialog of one channel's login, and what the API has answered since. */
async function loginOf(page, name) {
  const made = await api('POST', '/api/channels', { kind: 'phone', name, number: '+918033334444' });
  const bodies = [];
  page.on('response', async (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith('/api/') && pathname !== '/api/events') {
      bodies.push(await response.text().catch(() => ''));
    }
  });
  const dialog = page.getByRole('dialog');
  return {
    bodies,
    dialog,
    stored: async () => (await api('GET', '/api/channels')).channels.find(({ id }) => id === made.id),
    open: () => page.getByRole('button', { name: `Carrier login: ${name}` }).click(),
    field: (label) => dialog.getByLabel(label, { exact: true }),
    save: () => dialog.getByRole('button', { name: 'Save' }).click(),
    closed: () => dialog.waitFor({ state: 'detached' }),
    bad: () => page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true'),
    nowhere: async (secret) => {
      assert.ok(!(await page.content()).includes(secret), 'a secret is in the page');
      assert.ok(!bodies.some((body) => body.includes(secret)), 'a secret is in an answer');
    },
  };
}

/** Half a login is refused at the field that is missing; what was typed stays. */
async function half(page, { open, field, save, bad, stored }) {
  await open();
  await field('Exotel account SID').fill('acme1m');
  await field('API key').fill(KEY);
  assert.deepEqual(await violations(page), []);
  for (const secret of ['API key', 'API token']) {
    assert.equal(await field(secret).getAttribute('type'), 'password');
    assert.equal(await field(secret).getAttribute('autocomplete'), 'new-password');
  }
  await save();
  await bad();
  await focused(field('API token'));
  const said = (await field('API token').getAttribute('aria-describedby')).split(' ').at(-1);
  assert.ok((await page.locator(`[id="${said}"]`).innerText()).length > 10);
  assert.equal(await field('API key').inputValue(), KEY);
  assert.equal((await stored()).carrier_login_set, false);
}

/** Whole, it is stored, and nothing of it comes back. */
async function whole(page, { open, field, save, closed, stored, nowhere }) {
  await field('API token').fill(TOKEN);
  await save();
  await closed();
  await page.getByText('Carrier login stored').first().waitFor();
  assert.deepEqual([(await stored()).carrier_login_set, (await stored()).account_sid], [true, 'acme1m']);
  await open();
  assert.equal(await field('API key').inputValue(), '');
  assert.equal(await field('API token').inputValue(), '');
  await nowhere(KEY);
  await nowhere(TOKEN);
}

/** Empty boxes keep it while something else changes; a bad number lands on its field. */
async function kept(page, { field, save, bad, closed, stored }) {
  await field('Fallback number').fill('12');
  await save();
  await bad();
  await focused(field('Fallback number'));
  await field('Fallback number').fill('+919812300000');
  await save();
  await closed();
  await page.getByText('+919812300000').first().waitFor();
  assert.equal((await stored()).carrier_login_set, true);
}

/** Replaced as a whole, and taken away without what stands beside it. */
async function gone({ open, dialog, field, save, closed, stored, nowhere }) {
  await open();
  await field('Exotel account SID').fill('acme2m');
  await field('API key').fill(KEY);
  await field('API token').fill(SECOND);
  await save();
  await closed();
  assert.equal((await stored()).account_sid, 'acme2m');
  await nowhere(SECOND);
  await open();
  await dialog.getByRole('button', { name: 'Remove the login' }).click();
  await closed();
  const { carrier_login_set: set, fallback_number: fallback } = await stored();
  assert.deepEqual([set, fallback], [false, '+919812300000']);
}

test('points 27, 29: a carrier’s login is set, kept, replaced and removed, and is never read back', () =>
  withPage(here, { as: OWNER }, async (page) => {
    const login = await loginOf(page, NAME);
    await page.goto('/settings/phone');
    await settled(page);
    await half(page, login);
    await whole(page, login);
    await kept(page, login);
    await gone(login);
    assert.ok(
      login.bodies.some((body) => body.includes('carrier_login_set')),
      'no answer was looked at',
    );
    await login.open();
    assert.equal(await login.dialog.getByRole('button', { name: 'Remove the login' }).count(), 0);
    await page.keyboard.press('Escape');
  }));
