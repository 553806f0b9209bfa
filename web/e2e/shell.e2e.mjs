import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { apiAs, fits, OWNER, settled, startServer, withPage, world } from './harness.mjs';

let here;
before(async () => {
  here = await world();
});
after(() => here.close());
/** Two are in the page, for wide and for narrow windows; one is seen. */
const chip = (page, words) => page.locator('[role=status]:visible', { hasText: new RegExp(`^${words}$`) });
const theme = (page) => page.evaluate(() => document.documentElement.dataset.theme);
const owner = (page, body) => withPage(here, { as: OWNER, ...page }, body);

test('login: wrong password says so and keeps the address; the right one leads where the link did', () =>
  withPage(here, {}, async (page) => {
    await page.goto('/agents?q=refund');
    await page.waitForURL(/\/login\?next=/);
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill('not it');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('E-mail').inputValue(), OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(/\/agents\?q=refund/);
  }));

test('login: a link cannot lead to another host', () =>
  withPage(here, { as: OWNER }, async (page) => {
    await page.goto('/login?next=//evil.example');
    await settled(page);
    assert.equal(new URL(page.url()).host, new URL(here.url).host);
  }));

test('point 1: the theme stands before the first paint, follows the system, and a choice stays', async () => {
  await owner({ theme: 'dark' }, async (page) => {
    // Before anything of the app runs: only the external script can have set it.
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.goto('/agents', { waitUntil: 'commit' });
    await page.waitForFunction(() => document.documentElement.dataset.theme);
    assert.equal(await theme(page), 'dark');
    assert.equal(await page.evaluate(() => document.getElementById('root')?.childElementCount ?? 0), 0);
    page.faults.length = 0;
  });
  await owner({ theme: 'light' }, async (page) => {
    await page.goto('/agents');
    await settled(page);
    assert.equal(await theme(page), 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    await page.getByRole('button', { name: 'Use the light theme' }).click();
    await page.reload();
    await settled(page);
    assert.equal(await theme(page), 'light');
  });
});

test('point 2: the sidebar marks the current page', () =>
  owner({}, async (page) => {
    await page.goto('/agents');
    await settled(page);
    const current = page.getByRole('navigation', { name: 'Pages' }).locator('[aria-current=page]');
    assert.deepEqual(await current.allTextContents(), ['AI agents']);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await current.filter({ hasText: 'Overview' }).waitFor();
    assert.deepEqual(await current.allTextContents(), ['Overview']);
  }));

test('point 3: on a phone the menu is a drawer that holds the focus; Esc gives it back', () =>
  owner({ width: 390, height: 844, touch: true }, async (page) => {
    await page.goto('/agents');
    await settled(page);
    await fits(page);
    const button = page.getByRole('button', { name: 'Menu', exact: true });
    await button.click();
    const drawer = page.getByRole('dialog', { name: 'Menu' });
    await drawer.getByRole('link', { name: 'Overview' }).waitFor();
    // Past its last control stands a guard that sends the focus back in a moment.
    const inside = () =>
      page.waitForFunction(() => document.activeElement?.closest('[role=dialog]'), undefined, {
        timeout: 2_000,
      });
    await inside();
    for (let press = 0; press < 15; press += 1) {
      await page.keyboard.press('Tab');
      await inside();
    }
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Menu');
    await button.click();
    await drawer.getByRole('link', { name: 'Overview' }).click();
    await drawer.waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).pathname, '/');
  }));

test('point 4: Tab goes skip link, navigation, main, and each has a ring that is not covered', () =>
  owner({}, async (page) => {
    await page.goto('/agents');
    await settled(page);
    await page.evaluate(() => document.activeElement?.blur());
    const seen = [];
    for (let press = 0; press < 16; press += 1) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const e = document.activeElement;
        const box = e.getBoundingClientRect();
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
        const style = getComputedStyle(e);
        return {
          where: e.closest('main') ? 'main' : e.closest('nav') ? 'nav' : e.textContent.trim(),
          ring: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2,
          open: top !== null && (e.contains(top) || top.contains(e)),
          name: `${e.tagName} ${e.getAttribute('aria-label') ?? e.textContent.trim().slice(0, 40)}`,
        };
      });
      assert.ok(at.ring, `no ring on ${at.name}`);
      assert.ok(at.open, `${at.name} is covered`);
      seen.push(at.where);
    }
    assert.equal(seen[0], 'Skip to the page');
    assert.ok(seen.indexOf('nav') > 0 && seen.indexOf('nav') < seen.indexOf('main'), seen.join(' > '));
    await page.reload();
    await settled(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
  }));

test('point 6: 320 px and 200 % lose nothing', async () => {
  for (const [width, height] of [
    [320, 640],
    [720, 450],
  ]) {
    for (const path of ['/', '/agents', '/profile']) {
      await owner({ width, height }, async (page) => {
        await page.goto(path);
        await settled(page);
        await fits(page);
      });
    }
  }
});

test('point 7: the palette finds pages, members and agents by keyboard', () =>
  owner({}, async (page) => {
    await page.goto('/agents');
    await settled(page);
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: 'Search or jump to' });
    await box.fill('profile');
    await page.getByRole('option', { name: /Your profile/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/profile$/);
    await page.keyboard.press('Control+k');
    await box.fill('order status');
    await page
      .getByRole('option', { name: /Order status/ })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/agents\?q=/);
    const { team_members: members } = await (await apiAs(here.url, OWNER))('GET', '/api/teams');
    const fatima = members.find(({ email }) => email === 'fatima@kaveri.example');
    await page.keyboard.press('Control+k');
    await box.fill('fatima');
    await page.getByRole('option', { name: /Fatima Sheikh/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === `/team/${fatima.id}`);
    await page.keyboard.press('Control+k');
    await box.fill('zzzz');
    await page.getByText('Nothing found').waitFor();
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
  }));

test('point 7: ? lists the keys; keys never fire while typing and can be turned off', () =>
  owner({}, async (page) => {
    await page.goto('/agents');
    await settled(page);
    const before = await theme(page);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('searchbox').pressSequentially('t?');
    assert.equal(await theme(page), before);
    await page.locator('main').focus();
    await page.keyboard.press('t');
    assert.notEqual(await theme(page), before);
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await list.getByText('G then A').waitFor();
    await list.getByRole('switch').click();
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    const now = await theme(page);
    await page.locator('main').focus();
    await page.keyboard.press('t');
    assert.equal(await theme(page), now);
  }));

test('point 8: filters are in the URL and come back on reload', () =>
  owner({}, async (page) => {
    await page.goto('/agents');
    await settled(page);
    await page.getByRole('searchbox').fill('refund');
    await page.waitForURL(/q=refund/);
    // The address may be there before the list.
    await page.getByRole('heading', { level: 3 }).nth(53).waitFor({ state: 'detached' });
    const shown = await page.getByRole('heading', { level: 3 }).allTextContents();
    assert.ok(shown.length > 0 && shown.length < 54);
    await page.reload();
    await settled(page);
    assert.deepEqual(await page.getByRole('heading', { level: 3 }).allTextContents(), shown);
  }));

test('point 9: back restores the scroll; title and focus follow the page', () =>
  owner({}, async (page) => {
    await page.goto('/agents');
    await settled(page);
    assert.match(await page.title(), /^AI agents · Caly$/);
    // Over the page itself: the sidebar can be scrolled too. A wheel's way is
    // animated, and on a busy machine it stands still in the middle of it.
    await page.evaluate(() => {
      globalThis.__rest = new Promise((over) => addEventListener('scrollend', over, { once: true }));
    });
    await page.mouse.move(900, 500);
    await page.mouse.wheel(0, 1_500);
    await page.evaluate(() => globalThis.__rest.then(() => {}));
    // What stands at the window's top then. Not the distance itself: figures
    // above it may change meanwhile.
    const { nth, top, far } = await page.evaluate(() => {
      const tops = [...document.querySelectorAll('h3')].map((node) => node.getBoundingClientRect().top);
      const nth = tops.findIndex((top) => top > 0);
      return { nth, top: tops[nth], far: scrollY };
    });
    assert.equal(far, 1_500, 'the wheel came to its end');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    assert.match(await page.title(), /^Overview · Caly$/);
    await page.goBack();
    await page.waitForFunction(
      ([nth, top]) => Math.abs(document.querySelectorAll('h3')[nth]?.getBoundingClientRect().top - top) < 100,
      [nth, top],
    );
  }));

test('point 10: the chip says when the server is gone and comes back by itself, with new numbers', {
  timeout: 120_000,
}, async () => {
  const own = await startServer();
  const apart = { ...here, page: here.page };
  try {
    await withPage(apart, {}, async (page) => {
      await page.goto(`${own.url}/login`);
      await page.getByLabel('E-mail').fill(OWNER.email);
      await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.waitForURL(`${own.url}/`);
      await chip(page, 'Live').waitFor();
      await own.stop();
      await chip(page, 'Reconnecting').waitFor({ timeout: 5_000 });
      await own.start();
      const again = page.waitForResponse((answer) => answer.url().endsWith('/api/dashboard') && answer.ok());
      await chip(page, 'Live').waitFor({ timeout: 30_000 });
      await again;
      page.faults.length = 0;
    });
  } finally {
    await own.close();
  }
});

test('session: an end elsewhere asks for the password and keeps what was typed', () =>
  withPage(here, {}, async (page) => {
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await page.goto('/profile');
    await settled(page);
    await page.getByLabel('New password').fill('half typed here');
    const api = await apiAs(here.url, OWNER);
    const { sessions } = await api('GET', '/api/auth/sessions');
    const newest = sessions.filter((session) => !session.current)[0];
    await api('DELETE', `/api/auth/sessions/${newest.id}`);
    // The stream ends with the session, and nobody has to press anything.
    const dialog = page.getByRole('dialog', { name: 'Your session is over' });
    await dialog.waitFor({ timeout: 15_000 });
    await dialog.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await dialog.getByRole('button', { name: 'Log in', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('New password').inputValue(), 'half typed here');
    await chip(page, 'Live').waitFor({ timeout: 15_000 });
  }));

test('invitation: the link from the API leads in, once', async () => {
  const api = await apiAs(here.url, OWNER);
  const member = await api('POST', '/api/teams/members', {
    email: 'joiner@example.com',
    name: 'Joy',
    role: 'supervisor',
  });
  const { url } = await api('POST', `/api/teams/members/${member.id}/invitation`);
  const link = url.replace(/^https?:\/\/[^/]+/, here.url);
  await withPage(here, {}, async (page) => {
    await page.goto(link);
    await page.getByText('joiner@example.com').waitFor();
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Accept the invitation' }).click();
    await page
      .getByText(/at least 12/i)
      .last()
      .waitFor();
    await page.getByLabel('New password').fill('three words nobody guesses');
    await page.getByRole('button', { name: 'Accept the invitation' }).click();
    await page.waitForURL((u) => u.pathname === '/');
    await page.getByText('Supervisor').first().waitFor();
  });
  await withPage(here, {}, async (page) => {
    await page.goto(link);
    await page.getByRole('heading', { name: 'This link cannot be used' }).waitFor();
  });
});

test('reset: the link from the API sets a password; asking says what this server does', async () => {
  const api = await apiAs(here.url, OWNER);
  const { team_members: members } = await api('GET', '/api/teams?limit=200');
  const joy = members.find((member) => member.email === 'joiner@example.com');
  const { url } = await api('POST', `/api/teams/members/${joy.id}/password-reset`);
  await withPage(here, {}, async (page) => {
    await page.goto(url.replace(/^https?:\/\/[^/]+/, here.url));
    await page.getByLabel('New password').fill('other words nobody guesses');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByRole('heading', { name: 'The password is set' }).waitFor();
    await page.goto('/reset');
    await page.getByLabel('E-mail').fill('joiner@example.com');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /e-mail/ })
      .waitFor();
  });
});

test('404: an unknown page says so inside the frame, to whoever is logged in', async () => {
  await owner({}, async (page) => {
    for (const path of ['/no-such-page', '/settings/no-such-page', '/team/1/no-such-page']) {
      await page.goto(path);
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
      assert.match(await page.title(), /^There is no such page/);
      assert.equal(await page.getByRole('link', { name: 'Overview' }).first().isVisible(), true, path);
    }
    await page.getByRole('link', { name: 'Go to the start' }).click();
    await page.waitForURL((url) => url.pathname === '/');
  });
  await withPage(here, { as: null }, async (page) => {
    await page.goto('/no-such-page');
    await page.waitForURL((url) => url.pathname === '/login');
  });
});

test('headers: hashed files stay, the page does not, the CSP is strict', async () => {
  const page = await fetch(`${here.url}/team/3`, { headers: { accept: 'text/html' } });
  assert.equal(page.headers.get('cache-control'), 'no-store');
  assert.match(page.headers.get('content-security-policy'), /script-src 'self';/);
  const html = await page.text();
  assert.ok(!/<script(?![^>]*src=)/.test(html), 'an inline script');
  const asset = /\/assets\/[^"]+\.js/.exec(html)[0];
  const script = await fetch(here.url + asset, { headers: { 'accept-encoding': 'br' } });
  assert.match(script.headers.get('cache-control'), /immutable/);
  assert.equal(script.headers.get('content-encoding'), 'br');
  assert.equal((await fetch(`${here.url}/api/nope`, { headers: { accept: 'text/html' } })).status, 404);
});

test('what a page needs is told with it, and nothing is asked for twice', async () => {
  for (const [path, as] of [
    ['/team', OWNER],
    ['/settings/people', OWNER],
    ['/login', undefined],
  ]) {
    await withPage(here, { as }, async (page) => {
      const answer = await page.goto(path);
      assert.match(answer.headers().link, /\/assets\/[^>]+\.js>; rel=modulepreload/, path);
      await settled(page);
      const asked = await page.evaluate(() =>
        performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname),
      );
      const files = asked.filter((one) => one === '/api/auth/me' || one.startsWith('/assets/'));
      assert.deepEqual(files, [...new Set(files)], path);
      assert.ok(files.length < 35, `${path}: ${files}`);
    });
  }
});
