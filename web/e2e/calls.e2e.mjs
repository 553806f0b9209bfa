import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { apiAs, fits, OWNER, settled, withPage, world } from './harness.mjs';

let here;
before(async () => {
  here = await world();
});
after(() => here.close());

const newest = async (api, query = '') => (await api('GET', `/api/calls?limit=1${query}`)).calls[0];

/** A rehearsed caller; resolves with the call once it is on. */
async function ring(api, script) {
  const { carrier_call_id: sid } = await api('POST', '/api/rehearsals', { script });
  for (let tries = 0; tries < 100; tries += 1) {
    const { calls } = await api('GET', '/api/calls?live=true');
    const call = calls.find((one) => one.carrier_call_id === sid);
    if (call) return call;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the rehearsed call never began');
}

async function ended(api, id) {
  for (let tries = 0; tries < 400; tries += 1) {
    const call = await api('GET', `/api/calls/${id}`);
    if (call.outcome) return call;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error('the call never ended');
}

test('points 8, 39: calls are filtered in the URL, paged by keyset and exported as shown', () =>
  withPage(here, { as: OWNER }, async (page) => {
    const api = await apiAs(here.url, OWNER);
    await page.goto('/calls');
    await settled(page);
    await page.getByRole('row').nth(5).waitFor();
    await page.getByRole('combobox', { name: 'Outcome' }).click();
    await page.getByRole('option', { name: 'Not resolved' }).click();
    await page.waitForURL(/outcome=unresolved/);
    await page.getByRole('cell').getByText('Resolved by AI').first().waitFor({ state: 'detached' });
    // Between the two lists there are none.
    await page.getByRole('row').filter({ hasText: 'Not resolved' }).first().waitFor();
    // A reload, a shared link: the same list.
    await page.reload();
    await page.getByRole('row').filter({ hasText: 'Not resolved' }).first().waitFor();
    const href = await page.getByRole('link', { name: 'Export CSV' }).getAttribute('href');
    assert.equal(href, '/api/calls/export?outcome=unresolved');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL((url) => url.search === '');
    // To the very end: every call once, and only the rows in sight exist.
    let all = 0;
    for (let cursor; ; ) {
      const answer = await api('GET', `/api/calls?limit=200${cursor ? `&cursor=${cursor}` : ''}`);
      all += answer.calls.length;
      cursor = answer.next_cursor;
      if (!cursor) break;
    }
    for (let tries = 0; tries < 60; tries += 1) {
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      if (await page.getByText(/^\d+ calls$/).count()) break;
      await page.waitForTimeout(200);
    }
    await page.getByText(`${all} calls`, { exact: true }).waitFor();
    assert.ok((await page.getByRole('row').count()) < 60, 'the list is not virtual');
  }));

/** At the end, new words stay in sight; further up nothing is pulled away, and a
 * button leads to what is new. */
async function follows(page, log) {
  const toEnd = () => log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
  const latest = page.getByRole('button', { name: 'Latest' });
  const words = () => log.locator('time').count();
  const another = async (than) => {
    for (let tries = 0; tries < 150 && (await words()) <= than; tries += 1) await page.waitForTimeout(200);
    assert.ok((await words()) > than, 'nobody says anything more');
  };
  let before = await words();
  assert.ok((await toEnd()) < 48, 'the newest words are out of sight');
  await another(before);
  assert.ok((await toEnd()) < 48, 'the newest words ran out of sight');
  assert.equal(await latest.count(), 0);
  await log.evaluate((box) => box.scrollTo({ top: 40 }));
  before = await words();
  await another(before);
  await latest.waitFor();
  assert.equal(await log.evaluate((box) => box.scrollTop), 40, 'somebody who reads was pulled down');
  await latest.click();
  await latest.waitFor({ state: 'detached' });
  assert.ok((await toEnd()) < 48);
}

test(
  'points 34, 35: a call appears at once, its words grow, and it ends as a link',
  { timeout: 240_000 },
  () =>
    withPage(here, { as: OWNER }, async (page) => {
      const api = await apiAs(here.url, OWNER);
      await page.goto('/live');
      await settled(page);
      const [call] = await Promise.all([
        ring(api, 'order_keypad'),
        page
          .getByRole('button', { name: /With AI agent/ })
          .first()
          .waitFor({ timeout: 30_000 }),
      ]);
      // As after half an hour of talk: the words so far stand above what is said now.
      await page.route(`**/api/calls/${call.id}`, async (route) => {
        const answer = await route.fetch();
        const body = await answer.json();
        const earlier = Array.from({ length: 40 }, (_, n) => ({
          seq: n - 40,
          speaker: n % 2 ? 'caller' : 'agent',
          text: `Something that was said earlier, line ${n}.`,
          at: call.started_at,
        }));
        await route.fulfill({
          response: answer,
          json: { ...body, transcript: [...earlier, ...body.transcript] },
        });
      });
      await page.goto(`/live?call=${call.id}`);
      const log = page.getByRole('log', { name: 'Transcript' });
      await log.getByText(/thank you for calling/).waitFor({ timeout: 30_000 });
      await follows(page, log);
      const timer = page
        .getByRole('button', { name: /With AI agent/ })
        .locator('time')
        .first();
      const before = await timer.innerText();
      await page.waitForTimeout(1_500);
      assert.notEqual(await timer.innerText(), before, 'the running time stands still');
      assert.deepEqual(await violations(page), []);
      await ended(api, call.id);
      await page.getByText('This call is over.').waitFor({ timeout: 10_000 });
      await page.getByRole('link', { name: /Ended/ }).click();
      await page.waitForURL(`**/calls/${call.id}`);
    }),
);

test('calls: what was said, what happened, why this owner, and a correction', { timeout: 240_000 }, () =>
  withPage(here, { as: OWNER }, async (page) => {
    const api = await apiAs(here.url, OWNER);
    const { id } = await ring(api, 'order_keypad');
    const call = await ended(api, id);
    await page.goto(`/calls/${id}`);
    await settled(page);
    const spoken = page.getByRole('region', { name: 'Transcript' });
    for (const turn of call.transcript.slice(0, 3)) await spoken.getByText(turn.text).first().waitFor();
    const table = page.getByRole('table', { name: 'Why this owner' });
    const chosen = table.getByRole('row').filter({ hasText: 'Chosen' });
    const { team_members: members } = await api('GET', '/api/teams?limit=200');
    const owner = members.find((member) => member.id === call.owner_id);
    assert.match(await chosen.innerText(), new RegExp(owner.name));
    await page.getByText('The answer was played in full').waitFor();
    assert.deepEqual(await violations(page), []);
    // A correction with its reason moves what the page says.
    await page.getByRole('button', { name: 'Correct', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Outcome').selectOption('Not resolved');
    await page.getByRole('dialog').getByLabel('Reason').fill('She called again about it.');
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Correct outcome' }).click();
    await page.getByRole('main').getByText('Not resolved').first().waitFor();
    assert.equal((await api('GET', `/api/calls/${id}`)).outcome, 'unresolved');
  }),
);

test('tasks: claimed, released and closed with the outcome of the call behind', { timeout: 240_000 }, () =>
  withPage(here, { as: OWNER }, async (page) => {
    const api = await apiAs(here.url, OWNER);
    const { tasks: before } = await api('GET', '/api/tasks?state=open');
    // Nobody is there: who asks for a person leaves a message.
    const weekday = ((new Date().getUTCDay() + 3) % 7) + 1;
    await api('PUT', '/api/rules', { hours: [{ weekday, from_min: 600, to_min: 1080 }] });
    const { id } = await ring(api, 'person');
    await page.goto('/tasks');
    await settled(page);
    await ended(api, id);
    await api('PUT', '/api/rules', {});
    // The stream brings it; nothing is reloaded.
    const item = page.getByRole('listitem').filter({ has: page.locator(`a[href="/calls/${id}"]`) });
    await item.waitFor({ timeout: 10_000 });
    assert.match(await item.innerText(), /Due in/);
    const link = page.getByRole('link', { name: /Tasks/ });
    await link.filter({ hasText: String(before.length + 1) }).waitFor();
    assert.deepEqual(await violations(page), []);
    await item.getByRole('button', { name: 'Claim' }).click();
    await page.getByRole('tab', { name: 'Claimed' }).click();
    await page.waitForURL(/state=claimed/);
    await item.getByRole('button', { name: 'Release' }).click();
    await page.getByRole('tab', { name: 'Open' }).click();
    await item.getByRole('button', { name: 'Done…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Note for colleagues/).fill('Called back; the parcel arrived.');
    assert.deepEqual(await violations(page), []);
    await dialog.getByRole('button', { name: 'Close task' }).click();
    await page.getByRole('tab', { name: 'Done', exact: true }).click();
    await item.waitFor();
    assert.equal((await api('GET', `/api/calls/${id}`)).outcome, 'resolved_by_member');
  }),
);

/** Of the demo's people: a member with thirty days of calls. */
const ROHIT = { email: 'rohit@kaveri.example', password: 'password' };

test('point 40: a member sees his own calls and no number of another; nothing is wider than a phone', async () => {
  const api = await apiAs(here.url, OWNER);
  const { team_members: members } = await api('GET', '/api/teams?limit=200');
  const own = members.find(({ email }) => email === ROHIT.email).id;
  const { calls: his } = await api('GET', `/api/calls?member=${own}&limit=50`);
  const { calls } = await api('GET', '/api/calls?live=false&limit=200');
  // For an escalated one he may have been rung, and then he sees it.
  const other = calls.find((call) => !call.escalated && call.owner_id !== own && call.rescuer_id !== own);
  await withPage(here, { as: ROHIT, width: 320, height: 700 }, async (page) => {
    await page.goto('/calls');
    await settled(page);
    const rows = page.getByRole('row').getByRole('link');
    await rows.first().waitFor();
    const shown = await rows.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    assert.deepEqual(
      shown,
      his.slice(0, shown.length).map(({ id }) => `/calls/${id}`),
    );
    assert.equal(await page.getByRole('link', { name: 'Export CSV' }).count(), 0);
    assert.equal(await page.getByRole('combobox', { name: 'Member' }).count(), 0);
    await fits(page);
    await rows.first().click();
    await page.getByRole('heading', { level: 1, name: his[0].caller_number }).waitFor();
    await page.goto(`/calls/${other.id}`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    assert.equal(await page.getByText(other.caller_number).count(), 0);
  });
  await withPage(here, { as: await here.persona('agent') }, async (page) => {
    await page.goto('/calls');
    await page.getByText('No calls yet').waitFor();
  });
  await withPage(here, { as: OWNER, width: 320, height: 700 }, async (page) => {
    for (const path of ['/calls', `/calls/${(await newest(api)).id}`, '/live', '/tasks?state=done']) {
      await page.goto(path);
      await settled(page);
      await fits(page);
    }
  });
});
