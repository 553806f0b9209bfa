import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { apiAs, CLINIC, OWNER, settled, withPage, world } from './harness.mjs';

let here;
before(async () => {
  here = await world();
});
after(() => here.close());

test('points 11, 12: figures stand with unit, period and what they are compared with', () =>
  withPage(here, { as: OWNER }, async (page) => {
    await page.goto('/');
    await settled(page);
    await page.getByText(/Days in Asia\/Kolkata time/).waitFor();
    for (const label of [
      'Calls answered',
      'Resolved without a person',
      'Caller rating, of 5',
      'Average handling time',
    ]) {
      const figure = page.locator('dl > div', { has: page.getByText(label, { exact: true }) });
      assert.match(await figure.innerText(), /last \w+day/, label);
    }
  }));

test('point 13: ring and words agree in the team card', () =>
  withPage(here, { as: OWNER }, async (page) => {
    await page.goto('/');
    await settled(page);
    const api = await apiAs(here.url, OWNER);
    const { top_members: top } = await api('GET', '/api/dashboard');
    const rings = page.getByRole('img', { name: /^Score/ });
    const names = {
      excellent: 'excellent',
      good: 'good',
      fair: 'fair',
      needs_improvement: 'needs improvement',
    };
    assert.deepEqual(
      await rings.evaluateAll((all) => all.map((ring) => ring.getAttribute('aria-label'))),
      top.map((member) => {
        if (member.performance_score == null) return 'Score: no calls yet';
        const sure = member.provisional ? ', provisional' : '';
        return `Score ${Math.floor(member.performance_score)} of 100, ${names[member.band]}${sure}`;
      }),
    );
  }));

test('point 15: the chart is read by keyboard and as a table', () =>
  withPage(here, { as: OWNER }, async (page) => {
    await page.goto('/');
    await settled(page);
    await page.getByRole('group', { name: /by the hour/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page
      .getByText(/to \d\d:00: AI agent alone: \d+, A person was asked for: \d+/)
      .waitFor({ state: 'attached' });
    await page.getByText('Show as a table').click();
    await page.getByRole('table', { name: /by the hour/ }).waitFor();
  }));

test(
  'point 17: a call that ends elsewhere moves the page without a reload and without polling',
  { timeout: 240_000 },
  () =>
    withPage(here, { as: OWNER }, async (page) => {
      await page.goto('/');
      await settled(page);
      const api = await apiAs(here.url, OWNER);
      const answered = page
        .locator('dl > div', { has: page.getByText('Calls answered', { exact: true }) })
        .locator('dd');
      const before = (await api('GET', '/api/dashboard')).calls.value;
      const asked = [];
      page.on(
        'request',
        (request) => request.url().includes('/api/') && asked.push(new URL(request.url()).pathname),
      );
      // Quiet while nothing happens: nothing is polled.
      await page.waitForTimeout(3_000);
      assert.deepEqual(asked, []);
      await api('POST', '/api/rehearsals', {});
      await page.getByText('1 call right now').waitFor({ timeout: 30_000 });
      const started = Date.now();
      let counted = before;
      while (counted === before && Date.now() - started < 180_000) {
        await page.waitForTimeout(500);
        counted = (await api('GET', '/api/dashboard')).calls.value;
      }
      assert.ok(counted > before, 'the rehearsal never counted');
      await page.waitForFunction(
        ([element, value]) => element.textContent.startsWith(value),
        [await answered.elementHandle(), String(counted)],
        { timeout: 5_000 },
      );
    }),
);

test('roles: a member sees no overview and no page that is not his', async () => {
  const member = await here.persona('agent');
  await withPage(here, { as: member }, async (page) => {
    await page.goto('/');
    await settled(page);
    assert.notEqual(new URL(page.url()).pathname, '/');
    assert.equal(await page.getByRole('link', { name: 'Overview' }).count(), 0);
  });
});

test('clients: a login of two companies goes from one to the other, and nothing is carried over', async () => {
  const clinic = await apiAs(here.url, CLINIC);
  const both = await here.persona('supervisor');
  const names = async (api) => (await api('GET', '/api/teams')).team_members.map(({ name }) => name);
  const shops = await names(await apiAs(here.url, OWNER));
  // Of the clinic alone: a name that both companies have shows nothing.
  const clinics = (await names(clinic)).filter((name) => !shops.includes(name));
  const member = await clinic('POST', '/api/teams/members', {
    email: both.email,
    name: 'Both',
    role: 'supervisor',
  });
  const { url } = await clinic('POST', `/api/teams/members/${member.id}/invitation`);
  await withPage(here, {}, async (page) => {
    await page.goto(url.replace(/^https?:\/\/[^/]+/, here.url));
    await page.getByLabel('Password', { exact: true }).fill(both.password);
    await page.getByRole('button', { name: 'Accept the invitation' }).click();
    await page.waitForURL((u) => u.pathname === '/');
    await settled(page);
    const seen = async (of) => {
      const words = await page.locator('main').innerText();
      return of.filter((name) => words.includes(name));
    };
    assert.notDeepEqual(await seen(clinics), [], 'nobody of the clinic is seen in the clinic');
    await page.getByRole('button', { name: /Supervisor/ }).click();
    const fresh = page.waitForEvent('load');
    await page.getByRole('menuitem', { name: 'Go to Kaveri Handlooms' }).click();
    await fresh;
    // The menu names the shop before one is there; this button only in it.
    await page.getByRole('button', { name: /Kaveri Handlooms · Supervisor/ }).waitFor();
    await settled(page);
    assert.notDeepEqual(await seen(shops), [], 'nobody of the shop is seen in the shop');
    assert.deepEqual(await seen(clinics), []);
  });
});
