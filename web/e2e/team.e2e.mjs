import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { apiAs, fits, OWNER, settled, withPage, world } from './harness.mjs';

let here;
let api;
before(async () => {
  here = await world();
  api = await apiAs(here.url, OWNER);
});
after(() => here.close());

const owner = (options, body) => withPage(here, { as: OWNER, ...options }, body);
const PASSWORD = 'three words nobody guesses';
const BANDS = {
  excellent: 'Excellent',
  good: 'Good',
  fair: 'Fair',
  needs_improvement: 'Needs improvement',
};

/** A member of this test alone, so that tests do not wait for each other. */
async function newMember(name, given = {}) {
  const email = `${name.toLowerCase().replaceAll(/\W+/g, '.')}.${Date.now()}@example.com`;
  return api('POST', '/api/teams/members', { email, name, role: 'agent', ...given });
}

async function accepted(member) {
  const { url } = await api('POST', `/api/teams/members/${member.id}/invitation`);
  const answer = await fetch(`${here.url}/api/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-caly-client': 'web' },
    body: JSON.stringify({ token: url.split('#')[1], name: member.name, password: PASSWORD }),
  });
  assert.ok(answer.ok, await answer.text());
  return member;
}

async function open(page, path) {
  await page.goto(path);
  await settled(page);
}

const toast = (page, text) => page.getByText(text).first();

test('point 8: filter, standing and range come back on reload; the old address leads here', () =>
  owner({}, async (page) => {
    await open(page, '/teams');
    assert.equal(new URL(page.url()).pathname, '/team');
    await page.getByRole('searchbox').fill('manager');
    await page.getByRole('combobox', { name: 'Standing' }).click();
    await page.getByRole('option', { name: 'Active' }).click();
    await page.waitForURL(/q=manager.*status=active/);
    // The list follows the typing; what stays besides the managers is its head.
    await page
      .getByRole('row')
      .filter({ hasNotText: /manager/i })
      .nth(1)
      .waitFor({ state: 'detached' });
    const shown = await page.getByRole('row').allInnerTexts();
    assert.ok(shown.length > 1, 'no manager is shown');
    for (const row of shown.slice(1)) assert.match(row, /manager/i);
    await page.reload();
    await settled(page);
    assert.deepEqual(await page.getByRole('row').allInnerTexts(), shown);
    await open(page, '/team/2?days=30');
    assert.equal(await page.getByRole('button', { name: '30 days' }).getAttribute('aria-pressed'), 'true');
  }));

test('points 11, 16: a range moves all cards together, and each says its period and zone', () =>
  owner({}, async (page) => {
    await open(page, '/team/1');
    const region = page.getByRole('region', { name: 'Performance' });
    await region.getByText('Days in Asia/Kolkata time').waitFor();
    for (const days of [30, 90, 7]) {
      await page.getByRole('button', { name: `${days} days` }).click();
      const figures = await api('GET', `/api/teams/members/1/performance?days=${days}`);
      await region.getByText(`Last ${days} days ·`).waitFor();
      assert.equal((await region.getByText(`Last ${days} days`).count()) >= 4, true);
      const calls = region
        .locator('dl > div', { hasText: /^Calls/ })
        .locator('dd')
        .first();
      assert.match(await calls.innerText(), new RegExp(`^${figures.calls_total}\\b`));
      await region
        .getByRole('img', { name: `Score ${Math.floor(figures.performance_score)} of 100` })
        .waitFor();
      assert.equal(
        await region
          .getByRole('table', { includeHidden: true, name: /^Success/ })
          .locator('tr')
          .count(),
        days,
      );
    }
  }));

test('points 13, 14: list, ring, badge and parts agree; nobody without calls has 0', () =>
  owner({}, async (page) => {
    const { team_members: members } = await api('GET', '/api/teams?limit=200&status=active');
    await open(page, '/team');
    for (const member of members.slice(0, 8)) {
      const row = page.getByRole('row', { name: member.email });
      const label = await row.getByRole('img').getAttribute('aria-label');
      const text = await row.innerText();
      if (member.performance_score == null) {
        assert.equal(label, 'Score: no calls yet');
        assert.match(text, /No calls yet/);
        continue;
      }
      assert.match(label, new RegExp(`^Score ${Math.floor(member.performance_score)} of 100`));
      assert.ok(text.includes(BANDS[member.score.band]), text);
    }
    await open(page, '/team/1?days=90');
    const score = (await api('GET', '/api/teams/members/1/performance?days=90')).score;
    const card = page
      .locator('section', { has: page.getByRole('heading', { name: 'Performance score' }) })
      .last();
    const words = (await card.innerText()).replaceAll(/\s+/g, ' ');
    assert.match(
      words,
      new RegExp(
        `Success 60% ${Math.round(score.success)}%.*Rating 30%.*Speed 10% ${Math.round(score.speed)}%`,
      ),
    );
    assert.match(words, /90% sure between \d+ and \d+/);
    await card.getByRole('img', { name: /of 5 stars/ }).waitFor();
    const fresh = await newMember('Nobody Yet');
    await open(page, `/team/${fresh.id}`);
    await page.getByRole('img', { name: 'Score: no calls yet' }).waitFor();
    await page.getByText('The score appears with the first call').waitFor();
  }));

test('point 15: a day without calls is no 0 %; tooltip by hover and keys, and a table', () =>
  owner({}, async (page) => {
    await open(page, '/team/2?days=90');
    const { trend } = await api('GET', '/api/teams/members/2/performance?days=90');
    const chart = page.getByRole('group', { name: /^Success rate by day/ });
    const empty = trend.filter((day) => !day.has_calls).length;
    assert.ok(empty > 0, 'the demo has days without calls');
    await chart.waitFor();
    assert.equal(await chart.locator('rect[stroke-dasharray]').count(), empty);
    await chart.focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    await page
      .getByText(/: (No calls|\d+% success)/)
      .first()
      .waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    const box = await chart.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await chart
      .getByText(/success|No calls|No outcome/)
      .first()
      .waitFor();
    await page.getByText('Show as a table').click();
    const table = page.getByRole('table', { name: /^Success rate by day/ });
    await table.waitFor();
    assert.equal(await table.getByRole('row').count(), 90);
    assert.equal(await table.getByText('No calls', { exact: true }).count(), empty);
  }));

test(
  'point 17: a call that ends moves score, table and trend without a reload and without polling',
  {
    timeout: 240_000,
  },
  () =>
    owner({}, async (page) => {
      const live = await startCall();
      await open(page, `/team/${live.owner_id}`);
      const asked = [];
      page.on('request', (request) => request.url().includes('/api/') && asked.push(request.url()));
      const read = () => api('GET', `/api/teams/members/${live.owner_id}/performance?days=7`);
      const before = await read();
      await page.waitForTimeout(2_000);
      const stats = page.getByRole('region', { name: 'Performance' }).locator('dl > div');
      const calls = stats
        .filter({ hasText: /^Calls/ })
        .locator('dd')
        .first();
      let now = before;
      const started = Date.now();
      while (now.calls_total === before.calls_total && Date.now() - started < 180_000) {
        await page.waitForTimeout(200);
        now = await read();
      }
      assert.ok(now.calls_total > before.calls_total, 'the call never counted');
      const seen = Date.now();
      await page.waitForFunction(
        ([element, value]) => element.textContent.startsWith(value),
        [await calls.elementHandle(), String(now.calls_total)],
        { timeout: 5_000 },
      );
      // For the record; a busy machine is slow, not wrong.
      console.log(`on the page ${Date.now() - seen} ms after the API said it`);
      const today = now.trend.at(-1);
      const row = page
        .getByRole('table', { includeHidden: true, name: /^Success/ })
        .locator('tr')
        .last();
      assert.match(await row.textContent(), new RegExp(`\\b${today.calls} calls?`));
      const ring = page.getByRole('region', { name: 'Performance' }).getByRole('img', { name: /^Score/ });
      assert.match(
        await ring.getAttribute('aria-label'),
        new RegExp(`^Score ${Math.floor(now.performance_score)} `),
      );
      // Read when something happened, not by the clock.
      const reads = asked.filter((url) => url.includes('/performance')).length;
      assert.ok(reads >= 1 && reads <= 12, `${reads} reads`);
    }),
);

/** A rehearsed call that has an owner. */
async function startCall() {
  for (let tries = 0; tries < 3; tries += 1) {
    await api('POST', '/api/rehearsals', {});
    for (let waits = 0; waits < 60; waits += 1) {
      const { calls } = await api('GET', '/api/calls?live=true');
      const owned = calls.find((call) => call.owner_id != null);
      if (owned) return owned;
      await new Promise((done) => setTimeout(done, 250));
    }
  }
  throw new Error('no rehearsed call got an owner');
}

test('point 19: fields are checked on leaving them; a taken e-mail stands at its field; the link is shown', () =>
  owner({}, async (page) => {
    await open(page, '/team');
    await page.getByRole('button', { name: 'Add member' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add member' });
    const email = dialog.getByLabel('E-mail');
    await email.fill('nobody');
    await dialog.getByLabel('Full name').focus();
    await dialog.getByText('Type a whole e-mail address').waitFor();
    assert.equal(await email.getAttribute('aria-invalid'), 'true');
    assert.deepEqual(await violations(page), []);
    await email.fill(OWNER.email);
    await dialog.getByLabel('Full name').fill('Priya Sharma');
    await dialog.getByRole('combobox', { name: 'Role' }).click();
    await page.getByRole('option', { name: 'Supervisor' }).click();
    await dialog.getByRole('button', { name: 'Add and invite' }).click();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
    const error = await email.getAttribute('aria-describedby');
    assert.match(await page.locator(`[id="${error}"]`).innerText(), /e-mail|email/i);
    assert.equal(await dialog.getByLabel('Full name').inputValue(), 'Priya Sharma');
    await email.fill(`priya.${Date.now()}@example.com`);
    await dialog.getByRole('button', { name: 'Add and invite' }).click();
    const link = page.getByRole('dialog', { name: 'Priya Sharma is on the team' });
    assert.match(await link.getByRole('textbox', { name: 'Invitation link' }).inputValue(), /\/join#/);
    assert.deepEqual(await violations(page), []);
    await link.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('searchbox').fill('priya');
    await page
      .getByRole('link', { name: /Priya Sharma/ })
      .first()
      .waitFor();
  }));

test('links: a new invitation, taken back, and a password reset', async () => {
  const member = await newMember('Linked Person');
  await owner({}, async (page) => {
    await open(page, `/team/${member.id}`);
    const menu = () => page.getByRole('button', { name: 'More for Linked Person' }).click();
    await menu();
    await page.getByRole('menuitem', { name: 'New invitation link' }).click();
    const link = await page.getByRole('textbox', { name: 'Invitation link' }).inputValue();
    await page.getByRole('button', { name: 'Done' }).click();
    await menu();
    await page.getByRole('menuitem', { name: 'Take the invitation back' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Take the invitation back' }).click();
    await toast(page, 'The invitation is taken back').waitFor();
    const look = await fetch(`${here.url}/api/invitations/look`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-caly-client': 'web' },
      body: JSON.stringify({ token: link.split('#')[1] }),
    });
    assert.equal(look.status, 404);
    await open(page, '/team/1');
    await page.getByRole('button', { name: /^More for/ }).click();
    await page.getByRole('menuitem', { name: 'Password reset link' }).click();
    assert.match(await page.getByRole('textbox', { name: 'Password reset link' }).inputValue(), /\/reset#/);
  });
});

test('point 20: what a role may not do is absent', async () => {
  const supervisor = await here.persona('supervisor');
  await withPage(here, { as: supervisor }, async (page) => {
    await open(page, '/team');
    assert.equal(await page.getByRole('button', { name: 'Add member' }).count(), 0);
    await open(page, '/team/2');
    await page.getByRole('button', { name: 'Assign agent' }).waitFor();
    await page.getByRole('combobox', { name: 'Availability' }).waitFor();
    for (const name of ['Edit', /^More for/]) {
      assert.equal(await page.getByRole('button', { name }).count(), 0, String(name));
    }
    // An owner is changed by owners only.
    await open(page, '/team/8');
    assert.equal(await page.getByRole('button', { name: 'Assign agent' }).count(), 0);
    assert.equal(await page.getByRole('combobox', { name: 'Availability' }).count(), 0);
  });
  const member = await here.persona('agent');
  await withPage(here, { as: member }, async (page) => {
    await open(page, '/team');
    assert.match(new URL(page.url()).pathname, /^\/team\/\d+$/);
    await page.getByRole('heading', { level: 1, name: /E2E agent/ }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Assign agent' }).count(), 0);
    await page.goto('/team/1');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  });
});

test('point 21: deactivating spells out what follows, begins on Cancel, and can be undone', async () => {
  const member = await accepted(await newMember('Leaving Person'));
  await owner({}, async (page) => {
    await open(page, `/team/${member.id}`);
    await page.getByRole('button', { name: /^More for/ }).click();
    await page.getByRole('menuitem', { name: 'Deactivate' }).click();
    const ask = page.getByRole('alertdialog', { name: 'Deactivate Leaving Person?' });
    await ask.getByText(/No call is in progress|in progress; /).waitFor();
    await ask.getByText('No agent is assigned.').waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === 'Cancel');
    assert.deepEqual(await violations(page), []);
    await ask.getByRole('button', { name: 'Deactivate' }).click();
    await page.getByText('Deactivated: no login, no new calls.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Deactivated: no login').waitFor({ state: 'detached' });
    assert.equal((await api('GET', `/api/teams/members/${member.id}`)).status, 'active');
  });
});

test('hostile names: no script runs and nothing breaks the page', async () => {
  const names = [
    '<script>document.title="owned"</script><img src=x onerror=alert(1)>',
    `${'\u202e'}right to left ${'\u2066'}`,
    'W'.repeat(200),
    '👩🏽‍💻 अनन्या राव தமிழ்ச்செல்வி',
  ];
  const refused = [];
  for (const [at, name] of names.entries()) {
    const email = `hostile${at}.${Date.now()}@example.com`;
    const made = await api('POST', '/api/teams/members', { email, name, title: name, role: 'agent' }).catch(
      (error) => assert.match(String(error), /422/),
    );
    if (!made) {
      refused.push(at);
      continue;
    }
    await owner({ width: 320 }, async (page) => {
      await open(page, `/team/${made.id}`);
      await fits(page);
      await page.getByRole('heading', { level: 1 }).waitFor();
      assert.doesNotMatch(await page.title(), /owned/);
      await open(page, `/team?q=hostile${at}`);
      await fits(page);
    });
  }
  // Only what is too long; the others are names like any other.
  assert.deepEqual(refused, [2]);
});

// Last, since it fills the team.
test(
  'point 18: with 500 members the list filters as one types and holds only the rows in sight',
  {
    timeout: 240_000,
  },
  () =>
    owner({}, async (page) => {
      for (let at = 0; at < 500; at += 10) {
        await Promise.all(
          Array.from({ length: 10 }, (_, k) =>
            api('POST', '/api/teams/members', {
              email: `zq.${at + k}.${Date.now()}@example.com`,
              name: `Zq-${String(at + k).padStart(3, '0')}`,
              role: 'agent',
            }),
          ),
        );
      }
      await open(page, '/team');
      const rows = page.locator('tbody tr[aria-rowindex]');
      const there = await page.locator('table[aria-rowcount]').getAttribute('aria-rowcount');
      assert.ok(Number(there) > 500, `${there} rows`);
      assert.ok((await rows.count()) < 60, 'rows out of sight exist');
      // What the stream says of the 500 new ones is read first.
      await page.waitForTimeout(2_000);
      await page.evaluate(() => {
        globalThis.long = [];
        new PerformanceObserver((list) => {
          for (const task of list.getEntries()) globalThis.long.push(Math.round(task.duration));
        }).observe({ type: 'longtask' });
      });
      await page.getByRole('searchbox').pressSequentially('zq-49', { delay: 40 });
      await page.waitForFunction(
        () => document.querySelector('table')?.getAttribute('aria-rowcount') === '11',
      );
      // For the record; a busy machine is slow, not wrong.
      console.log(
        `tasks above 50 ms while typing: ${JSON.stringify(await page.evaluate(() => globalThis.long))}`,
      );
      assert.equal(await page.getByRole('searchbox').inputValue(), 'zq-49');
      await page.getByRole('searchbox').fill('no such person');
      await page.getByText('Nothing matches “no such person”').waitFor();
      await page.getByRole('button', { name: 'Clear' }).click();
      // The last one comes into sight by scrolling, and into being.
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      await page.waitForFunction(
        (count) => document.querySelector(`tr[aria-rowindex="${count}"]`) !== null,
        there,
      );
      assert.ok((await rows.count()) < 60);
    }),
);
