import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { apiAs, CLINIC, fits, settled, withPage, world } from './harness.mjs';

/** Reads a rehearsed call along inside the step, from the dialling to its outcome. */
async function watchedToItsEnd(page, api) {
  await page.getByRole('button', { name: 'Watch a rehearsed call' }).click();
  const log = page.getByRole('log', { name: 'Transcript' });
  await log.waitFor({ timeout: 20_000 });
  assert.equal(new URL(page.url()).pathname, '/onboarding');
  // It grows while the call is on.
  await log.getByText('AI agent').first().waitFor({ timeout: 20_000 });
  const turns = () => page.evaluate(() => document.querySelectorAll('[aria-label=Transcript] time').length);
  const first = await turns();
  await page.waitForFunction(
    (n) => document.querySelectorAll('[role=log][aria-label=Transcript] time').length > n,
    first,
    { timeout: 60_000 },
  );
  await page.getByText('With AI agent').waitFor();
  assert.deepEqual(await violations(page), []);
  await fits(page);
  await page.getByRole('link', { name: 'See the call', exact: true }).waitFor({ timeout: 120_000 });
  const link = await page.getByRole('link', { name: 'See the call', exact: true }).getAttribute('href');
  const call = await api('GET', `/api${link}`);
  assert.ok(call.outcome && call.transcript.length >= 3, JSON.stringify(call));
  await page.getByText(OUTCOMES[call.outcome], { exact: true }).waitFor();
  const owner = (await api('GET', '/api/teams')).team_members.find(({ id }) => id === call.owner_id);
  await page.getByText(owner.name, { exact: true }).first().waitFor();
  await page.waitForFunction(
    (n) => document.querySelectorAll('[aria-label=Transcript] time').length === n,
    call.transcript.length,
  );
  assert.deepEqual(await violations(page), []);
  return call;
}

const OUTCOMES = {
  resolved_by_agent: 'Resolved by AI',
  message_taken: 'Message taken',
  unresolved: 'Not resolved',
};

let here;
before(async () => {
  here = await world();
});
after(() => here.close());

test('points 31, 33: from sector to done; every step but the first can wait; a reload goes on where it was', () =>
  withPage(here, { as: CLINIC }, async (page) => {
    const api = await apiAs(here.url, CLINIC);
    const before = await api('GET', '/api/company');
    await page.goto('/onboarding');
    await settled(page);
    assert.equal(await page.getByRole('button', { name: 'Skip for now' }).count(), 0);
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Save and go on' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Clinic at the lake');
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Save and go on' }).click();
    assert.match(
      await page.getByRole('textbox', { name: 'A mail to hello@exotel.com' }).inputValue(),
      /Voicebot applet/,
    );
    assert.equal((await api('GET', '/api/company')).name, 'Clinic at the lake');
    assert.deepEqual(await violations(page), []);
    // A reload, and there it is again.
    await page.reload();
    await page.getByRole('heading', { name: 'Connect a telephone number' }).waitFor();
    const skip = page.getByRole('button', { name: 'Skip for now' });
    const on = page.getByRole('button', { name: 'Go on' });
    await skip.or(on).click();
    await page.getByRole('heading', { name: /Who takes over/ }).waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Latha');
    await page.getByLabel('E-mail').fill(CLINIC.email);
    await page.getByRole('button', { name: 'Create and invite' }).click();
    await page
      .getByText(/already|taken|belongs/i)
      .first()
      .waitFor();
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Latha');
    await page.getByLabel('E-mail').fill(`latha${Date.now()}@example.com`);
    await page.getByRole('button', { name: 'Create and invite' }).click();
    await page.getByText('Latha is invited.').waitFor();
    assert.deepEqual(await violations(page), []);
    await on.click();
    await page.getByRole('button', { name: 'Start talking' }).waitFor();
    await watchedToItsEnd(page, api);
    await on.click();
    await page.getByText('You are set up').waitFor();
    // On to the overview by itself.
    await page.waitForURL((url) => url.pathname === '/', { timeout: 15_000 });
    await page.getByText('Somebody besides you is in the team').waitFor();
    const { name, ...rest } = before;
    const { rev } = await api('GET', '/api/company');
    await api('PUT', '/api/company', {
      name,
      sector: rest.sector,
      zone: rest.zone,
      language: rest.language,
      fairness: rest.fairness,
    });
    assert.ok(rev > rest.rev);
  }));

test('point 31: all places are taken: said with the way to the calls that are on', async () => {
  // A house of its own: its callers say nothing, and nobody else has to wait for them.
  const there = await world({ env: {} });
  try {
    const api = await apiAs(there.url, CLINIC);
    await withPage(there, { as: CLINIC, width: 390, height: 844 }, async (page) => {
      await page.goto('/onboarding?step=call');
      await settled(page);
      // Silent callers are hung up on within a minute: they ring when the page is there.
      for (let n = 0; n < 4; n += 1) await api('POST', '/api/rehearsals', { script: 'silent' });
      await page.getByRole('button', { name: 'Watch a rehearsed call' }).click();
      const said = page.getByRole('alert');
      await said.getByText(/4 rehearsed calls are on already/).waitFor();
      assert.equal(await said.getByRole('link').getAttribute('href'), '/live');
      await fits(page);
      assert.deepEqual(await violations(page), []);
      assert.ok(await page.getByRole('button', { name: 'Once more' }).isEnabled());
    });
  } finally {
    await there.close();
  }
});

test('point 31: the connection goes and comes back in the middle of the rehearsed call', () =>
  withPage(here, { as: CLINIC }, async (page) => {
    const api = await apiAs(here.url, CLINIC);
    await page.goto('/onboarding?step=call');
    await settled(page);
    await page.getByRole('button', { name: 'Watch a rehearsed call' }).click();
    const log = page.getByRole('log', { name: 'Transcript' });
    await log.getByText('AI agent').first().waitFor({ timeout: 30_000 });
    await page.context().setOffline(true);
    await page.getByText(/The connection is being restored/).waitFor();
    await page.context().setOffline(false);
    await page.getByText(/The connection is being restored/).waitFor({ state: 'detached', timeout: 20_000 });
    // Nothing of what was said meanwhile is missing.
    const seen = page.getByRole('link', { name: 'See the call', exact: true });
    await seen.waitFor({ timeout: 120_000 });
    const call = await api('GET', `/api${await seen.getAttribute('href')}`);
    await page.waitForFunction(
      (n) => document.querySelectorAll('[aria-label=Transcript] time').length === n,
      call.transcript.length,
    );
    await page.getByRole('button', { name: 'Once more' }).waitFor();
  }));

test('onboarding is for those who manage, and fits a phone', async () => {
  const member = await here.persona('agent');
  await withPage(here, { as: member }, async (page) => {
    await page.goto('/onboarding');
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.notEqual(new URL(page.url()).pathname, '/onboarding');
  });
  await withPage(here, { as: CLINIC, width: 320, height: 700 }, async (page) => {
    for (const step of ['sector', 'company', 'phone', 'member', 'call']) {
      await page.goto(`/onboarding?step=${step}`);
      await settled(page);
      await fits(page);
    }
  });
});
