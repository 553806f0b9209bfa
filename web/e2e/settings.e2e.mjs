import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apiAs, fits, focused, OWNER, settled, withPage, world } from './harness.mjs';

let here;
let api;
before(async () => {
  here = await world();
  api = await apiAs(here.url, OWNER);
});
after(() => here.close());
const owner = (options, body) => withPage(here, { as: OWNER, ...options }, body);
const SECRET = 'shpat_e2e_secret_of_nobody';
const TOKEN = 'Shopify Admin API access token';

/** The demo's shop as it was seeded, for a test that changes it. */
async function shop() {
  const config = await api('GET', '/api/sector-config/ecommerce');
  return config.settings.find((setting) => setting.key === 'shopify_store_url').value;
}

async function open(page, path) {
  await page.goto(path);
  await settled(page);
}

test('settings: every page opens from the list, marks itself, and fits 320 px', () =>
  owner({ width: 320, height: 700 }, async (page) => {
    await open(page, '/settings');
    const list = page.getByRole('navigation', { name: 'Settings' });
    for (const name of [
      'Company',
      'Sector',
      'Phone numbers',
      'People and teams',
      'Rules',
      'API keys',
      'Audit log',
    ]) {
      const link = list.getByRole('link', { name, exact: true });
      await link.click();
      await list.locator('[aria-current=page]', { hasText: name }).waitFor();
      await settled(page);
      await fits(page);
    }
  }));

test('settings: what a role may not do is not there', async () => {
  await withPage(here, { as: await here.persona('manager') }, async (page) => {
    await open(page, '/settings/sector');
    await page.getByText('Only an owner can enter it.', { exact: false }).waitFor();
    assert.equal(await page.getByRole('button', { name: /^Replace/ }).count(), 0);
    assert.equal(await page.getByRole('link', { name: 'API keys' }).count(), 0);
    await open(page, '/settings/phone');
    assert.equal(await page.getByRole('button', { name: /New addresses|Carrier login/ }).count(), 0);
  });
  await withPage(here, { as: await here.persona('supervisor') }, async (page) => {
    await page.goto('/settings/company');
    await page.waitForURL((url) => !url.pathname.startsWith('/settings'));
    assert.equal(await page.getByRole('link', { name: 'Settings', exact: true }).count(), 0);
  });
});

// The shop's own file, copied and added to as an operator would.
const ADDED = `
[[fields]]
key = "warehouse_code"
label = "Warehouse code"
kind = "text"
required = true
pattern = "^WH-[0-9]{2}$"
placeholder = "WH-07"
help = "WH- and the two figures on the delivery note."

[[fields]]
key = "courier"
label = "Courier"
kind = "select"
required = false
options = ["bluedart", "delhivery", "india_post"]
help = "Who brings the parcels."

[[fields]]
key = "gift_note"
label = "Note in gifts"
kind = "text"
required = false
help = "What is written on the card."
`;

test('point 26: a field added to a TOML of the catalogue is drawn, checked, saved and read back', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'caly-sectors-'));
  const own = new URL('../../catalog/sectors/ecommerce.toml', import.meta.url);
  writeFileSync(join(dir, 'ecommerce.toml'), readFileSync(own, 'utf8') + ADDED);
  const there = await world({ env: { CALY_CATALOG_SECTORS: dir } });
  try {
    await withPage(there, { as: OWNER }, async (page) => {
      await open(page, '/settings/sector');
      await page.getByText('What is written on the card.').waitFor();
      await page.getByLabel('Note in gifts').fill('With love');
      await page.getByLabel('Courier').click();
      await page.getByRole('option', { name: 'delhivery' }).click();
      // The required one is missing, then wrong, then right.
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText(/^Needed: WH- and the two figures/).waitFor();
      const code = page.getByLabel('Warehouse code');
      await focused(code);
      assert.equal(await code.getAttribute('placeholder'), 'WH-07');
      await code.fill('12');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
      await code.fill('WH-12');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Everything is saved').waitFor();
      await page.reload();
      assert.equal(await page.getByLabel('Warehouse code').inputValue(), 'WH-12');
      await fits(page);
    });
    const config = await (await apiAs(there.url, OWNER))('GET', '/api/sector-config/ecommerce');
    const held = Object.fromEntries(config.settings.map(({ key, value }) => [key, value]));
    assert.deepEqual(
      [held.warehouse_code, held.courier, held.gift_note],
      ['WH-12', 'delhivery', 'With love'],
    );
    assert.ok(held.shopify_store_url, 'the fields of the binary stand');
    // The binary of the other tests, without the directory, has none of this.
    const plain = await api('GET', '/api/sector-config/ecommerce');
    assert.ok(!plain.fields.some(({ key }) => key === 'warehouse_code'));
  } finally {
    await there.close();
    rmSync(dir, { recursive: true, force: true });
  }
});

test('point 26: a type of field that this page does not know says so', () =>
  owner({}, async (page) => {
    // Only a newer server would say this: no TOML of this one can.
    await page.route('**/api/sector-config/ecommerce', async (route) => {
      const answer = await route.fetch();
      const config = await answer.json();
      const rest = { required: false, options: [], placeholder: null, pattern: null, url_group: null };
      config.fields.push({ ...rest, key: 'odd', label: 'Odd one', type: 'colour', help: '' });
      await route.fulfill({ response: answer, json: config });
    });
    await open(page, '/settings/sector');
    await page.getByText(/does not know fields of the type "colour"/).waitFor();
    assert.ok(await page.getByLabel('Shopify store address').isVisible());
  }));

// Before the next one stores a token that the demo's shop does not know.
test('point 28: the connection that is stored is tried, and works', () =>
  owner({}, async (page) => {
    await open(page, '/settings/sector');
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByText('Shopify: It works', { exact: true }).waitFor();
    await page.getByText('Connected to the shop "Demo Threads".').waitFor();
  }));

test('point 27: a secret is replaced, kept and removed, and is in no answer and no page', () =>
  owner({}, async (page) => {
    const bodies = [];
    page.on('response', async (response) => {
      if (response.url().includes('/api/') && !response.url().includes('/events')) {
        bodies.push(await response.text().catch(() => ''));
      }
    });
    await open(page, '/settings/sector');
    const url = await shop();
    await page.getByText(/^Stored by Caly, /).waitFor();
    await page.getByRole('button', { name: `Replace ${TOKEN}` }).click();
    await page.getByRole('button', { name: `Keep stored ${TOKEN}` }).click();
    await page.getByText('Everything is saved').waitFor();
    await page.getByRole('button', { name: `Replace ${TOKEN}` }).click();
    await page.getByLabel(TOKEN, { exact: true }).fill(SECRET);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^Stored by Kavita Rao, /).waitFor();
    assert.equal(await shop(), url);
    assert.ok(!(await page.content()).includes(SECRET), 'the secret is in the page');
    assert.ok(!bodies.some((body) => body.includes(SECRET)), 'the secret is in an answer');
    assert.ok(
      bodies.some((body) => body.includes('shopify_access_token')),
      'no answer was looked at',
    );
    await page.getByRole('button', { name: `Remove ${TOKEN}` }).click();
    await page.getByText('Removed when you save.').waitFor();
    // The group is complete or empty.
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^Needed: /).waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByText(/^Stored by Kavita Rao, /).waitFor();
  }));

test('point 28: the connection is tried with what is typed, says why, and stops no save', () =>
  owner({}, async (page) => {
    await open(page, '/settings/sector');
    // The token of the test before.
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByText('Shopify: It does not work', { exact: true }).waitFor();
    await page.getByText(/^the shop refused the access token; store a new one/).waitFor();
    const url = await shop();
    await page.getByLabel('Shopify store address').fill('http://127.0.0.1:9');
    await page.getByText(/The address changes: what is stored is removed/).waitFor();
    await page.getByRole('button', { name: `Replace ${TOKEN}` }).click();
    await page.getByLabel(TOKEN, { exact: true }).fill(SECRET);
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByText('http://127.0.0.1 may not be called: only https is spoken').waitFor();
    await page.getByText('Shopify: It does not work', { exact: true }).waitFor();
    assert.equal(await page.getByText(/refused the access token/).count(), 0);
    assert.equal(await shop(), url, 'a test saves nothing');
    assert.ok(await page.getByRole('button', { name: 'Save' }).isEnabled());
    await page.getByRole('button', { name: 'Discard' }).click();
  }));

test('point 29: a refused save focuses the first bad field, with its error linked', () =>
  owner({}, async (page) => {
    await open(page, '/settings/sector?sector=healthcare');
    const address = page.getByLabel('FHIR address of the record system');
    await address.fill('not an address');
    await page.getByLabel('Practice id').fill('7');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
    await focused(address);
    const ids = (await address.getAttribute('aria-describedby')).split(' ');
    const said = await page.locator(`[id="${ids.at(-1)}"]`).innerText();
    assert.match(said, /FHIR R4 base address/);
    assert.equal(await page.getByLabel('Practice id').inputValue(), '7');
    await page.getByRole('button', { name: 'Discard' }).click();
  }));

test('point 30: a secret’s box asks for no stored password, takes a paste, and can be shown', () =>
  owner({}, async (page) => {
    await open(page, '/settings/sector?sector=healthcare');
    const box = page.getByLabel('Access token of the record system', { exact: true });
    assert.equal(await box.getAttribute('autocomplete'), 'new-password');
    assert.equal(await box.getAttribute('spellcheck'), 'false');
    assert.equal(await box.getAttribute('type'), 'password');
    await box.focus();
    await page.keyboard.insertText('pasted value');
    await page
      .getByRole('button', { name: 'Show what is typed into Access token of the record system' })
      .click();
    assert.equal(await box.getAttribute('type'), 'text');
    assert.equal(await box.inputValue(), 'pasted value');
    await page.getByRole('button', { name: 'Discard' }).click();
  }));

test('settings: leaving with a draft asks, and Cancel keeps it', () =>
  owner({}, async (page) => {
    await open(page, '/settings/company');
    await page.getByLabel('Name').fill('Another name');
    await page.getByRole('link', { name: 'Rules', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await page.getByLabel('Name').inputValue(), 'Another name');
    await page.getByRole('link', { name: 'Rules', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL(/\/settings\/rules/);
  }));

test('settings: the company is saved; a second tab with an older copy is told', () =>
  owner({}, async (page) => {
    await open(page, '/settings/company');
    const { rev, languages: _, ...before } = await api('GET', '/api/company');
    assert.ok(rev > 0);
    await page.getByLabel('Even load').fill('81');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A whole number from 0 to 80.').waitFor();
    await page.getByLabel('Even load').fill('35');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Everything is saved').waitFor();
    assert.equal((await api('GET', '/api/company')).fairness, 35);
    await api('PUT', '/api/company', { ...before, fairness: 50 });
    await page.getByLabel('Even load').fill('20');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('Somebody else saved in the meantime.').waitFor();
    assert.equal((await api('GET', '/api/company')).fairness, 50);
    await page.getByRole('button', { name: 'Show what is stored now' }).click();
    await page.waitForFunction(() =>
      [...document.querySelectorAll('input')].some((box) => box.value === '50'),
    );
    await api('PUT', '/api/company', before);
  }));

test('point 32: addresses have copy buttons; the first request turns the light; new keys are asked for', () =>
  owner({}, async (page) => {
    const made = await api('POST', '/api/channels', {
      kind: 'echo',
      name: 'E2E echo',
      number: '+918011112222',
    });
    await open(page, '/settings/phone');
    const card = page
      .getByRole('listitem')
      .or(page.locator('section'))
      .filter({ hasText: 'E2E echo' })
      .last();
    await card.getByText('Waiting for the first call…').waitFor();
    // This server is on loopback, where no carrier comes.
    await card.getByText('Exotel cannot reach these addresses', { exact: false }).waitFor();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await card.getByRole('button', { name: 'Copy: Voicebot, E2E echo' }).click();
    await card.getByRole('button', { name: 'Copied: Voicebot, E2E echo' }).waitFor();
    const urls = (await api('GET', '/api/channels')).channels.find(({ id }) => id === made.id).hook_urls;
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), urls.voicebot);
    const asked = await fetch(
      `${urls.voicebot}?CallSid=e2e-${Date.now()}&CallFrom=09812345678&To=08011112222`,
    );
    await asked.text();
    await card.getByText('Received', { exact: true }).waitFor({ timeout: 40_000 });
    await card.getByRole('button', { name: 'New addresses: E2E echo' }).click();
    const ask = page.getByRole('alertdialog');
    await focused(ask.getByRole('button', { name: 'Cancel' }));
    await ask.getByRole('button', { name: 'New addresses' }).click();
    await ask.waitFor({ state: 'detached' });
    const after = (await api('GET', '/api/channels')).channels.find(({ id }) => id === made.id).hook_urls;
    assert.notEqual(after.voicebot, urls.voicebot);
    await page.waitForFunction(
      (url) => [...document.querySelectorAll('input')].some((box) => box.value === url),
      after.voicebot,
    );
  }));

test('settings: a number is made, a bad one lands on its field', () =>
  owner({}, async (page) => {
    await open(page, '/settings/phone');
    await page.getByRole('button', { name: 'Add a number' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('E2E line');
    await dialog.getByLabel('Number that callers dial').fill('12');
    await dialog.getByRole('button', { name: 'Add a number' }).click();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
    assert.equal(await dialog.getByLabel('Name').inputValue(), 'E2E line');
    await dialog.getByLabel('Number that callers dial').fill('+918022223333');
    await dialog.getByRole('button', { name: 'Add a number' }).click();
    await page.getByRole('heading', { name: /E2E line/ }).waitFor();
  }));

test('settings: opening hours, a holiday and phrases are kept', () =>
  owner({}, async (page) => {
    await open(page, '/settings/rules');
    await page.getByRole('switch', { name: 'Only at certain hours' }).click();
    await page.getByLabel('Monday opens').fill('10:30');
    await page.getByLabel('Friday closes').fill('09:00');
    await page.getByRole('button', { name: 'Add a holiday' }).click();
    await page.getByLabel('Day, holiday 1').fill('2026-12-25');
    await page.getByLabel('Name, holiday 1').fill('Christmas');
    await page.getByLabel('Words that bring a person').fill('legal notice\nconsumer court');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/It closes after it opens/).waitFor();
    await page.getByLabel('Friday closes').fill('18:00');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^Set by Kavita Rao/).waitFor();
    const { rules } = await api('GET', '/api/rules');
    assert.deepEqual(rules.hours[0], { weekday: 1, from_min: 630, to_min: 1_080 });
    assert.deepEqual(rules.escalation_phrases, ['legal notice', 'consumer court']);
    await api('PUT', '/api/rules', {
      hours: [],
      holidays: [],
      escalation_phrases: [],
      limits: { call_minutes: 58 },
    });
  }));

test('settings: somebody is invited by a link shown once; a taken address lands on its field', () =>
  owner({}, async (page) => {
    await open(page, '/settings/people');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('E-mail').fill(OWNER.email);
    await dialog.getByRole('button', { name: 'Invite somebody' }).click();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
    await dialog.getByLabel('E-mail').fill('invited.e2e@example.com');
    await dialog.getByLabel('Name').fill('Invited E2E');
    await dialog.getByRole('button', { name: 'Invite somebody' }).click();
    const link = page.getByRole('dialog', { name: 'Link for Invited E2E' });
    assert.match(await link.getByRole('textbox').inputValue(), /\/join#/);
    await link.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Withdraw: Invited E2E' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('Invitation withdrawn').waitFor();
  }));

test('settings: teams are made, renamed and deleted, and one with people is not', () =>
  owner({}, async (page) => {
    await open(page, '/settings/people');
    await page.getByRole('button', { name: 'Add a team' }).click();
    await page.getByLabel('Name of the team').fill('E2E nights');
    await page.getByRole('dialog').getByRole('button', { name: 'Add a team' }).click();
    await page.getByRole('button', { name: 'Rename E2E nights' }).click();
    await page.getByLabel('Name of the team').fill('E2E days');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('button', { name: 'Delete E2E days' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete E2E days' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Delete Customer care' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('alert').waitFor();
  }));

test('settings: an API key is shown once and can be revoked; the audit names who did it', () =>
  owner({}, async (page) => {
    await open(page, '/settings/keys');
    await page.getByRole('button', { name: 'Make a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What it is for').fill('E2E reports');
    await dialog.getByRole('button', { name: 'Make a key' }).click();
    const shown = page.getByRole('dialog', { name: 'Key for E2E reports' });
    const token = await shown.getByRole('textbox').inputValue();
    assert.ok(token.length > 20);
    await shown.getByRole('button', { name: 'I have stored it' }).click();
    await shown.waitFor({ state: 'detached' });
    assert.ok(!(await page.content()).includes(token));
    const works = () => fetch(`${here.url}/api/agents`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal((await works()).status, 200);
    await page.getByRole('button', { name: 'Revoke: E2E reports' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No keys yet').waitFor();
    assert.equal((await works()).status, 401);
    await open(page, '/settings/audit');
    await page
      .getByRole('row', { name: /Kavita Rao/ })
      .first()
      .waitFor();
    const rows = page.getByRole('row');
    const first = await rows.count();
    await page.getByRole('button', { name: 'Show older entries' }).click();
    await page.waitForFunction((n) => document.querySelectorAll('tr').length > n, first);
  }));
