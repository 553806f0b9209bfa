import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { apiAs, CLINIC, fits, settled, withPage, world } from './harness.mjs';

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
    await page.getByRole('button', { name: 'Watch a rehearsed call' }).click();
    await page.getByText('A rehearsed caller is on the line.').waitFor();
    await page.getByRole('button', { name: 'Start talking' }).waitFor();
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
