// What is seen while a page loads, and that nothing moves for whoever wants it still.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OWNER, settled, withPage, world } from './harness.mjs';

let here;
before(async () => {
  here = await world();
});
after(() => here.close());

/** Holds the answer of `path` until the returned function is called. */
async function hold(page, path) {
  let release;
  const held = new Promise((done) => {
    release = done;
  });
  await page.route(path, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

/** Since when, ms after the click, a skeleton could be seen; polled by frames in
 * the page, so that a slow machine measures late and never early. */
function seenAfterClick(page, link) {
  return page.evaluate(async (name) => {
    const link = [...document.querySelectorAll('nav a')].find((one) => one.textContent.startsWith(name));
    const began = performance.now();
    link.click();
    for (;;) {
      await new Promise(requestAnimationFrame);
      const shape = document.querySelector('main .skeleton');
      if (shape && Number(getComputedStyle(shape).opacity) > 0) return performance.now() - began;
      if (performance.now() - began > 20_000) return null;
    }
  }, link);
}

for (const [name, api] of [
  ['Calls', '**/api/calls?*'],
  ['Tasks', '**/api/tasks?*'],
  ['Team', '**/api/teams?*'],
  ['AI agents', '**/api/agents*'],
]) {
  test(`point 39: ${name} shows a skeleton after 200 ms, and the list when it comes`, () =>
    withPage(here, { as: OWNER, motion: 'no-preference' }, async (page) => {
      await page.goto('/profile');
      await settled(page);
      const release = await hold(page, api);
      const seen = await seenAfterClick(page, name);
      assert.ok(seen !== null, 'there was never a skeleton');
      assert.ok(seen >= 195, `the skeleton flickered up after ${seen} ms`);
      // Shapes of lines, announced once, in place of the content only.
      assert.equal(await page.getByRole('main').getByRole('status', { name: 'Loading' }).count(), 1);
      assert.ok((await page.locator('main .skeleton').count()) >= 3);
      await page.getByRole('navigation', { name: 'Pages' }).waitFor();
      release();
      await settled(page);
      assert.equal(await page.locator('main .skeleton').count(), 0);
    }));
}

test('point 39: what comes at once shows no skeleton', () =>
  withPage(here, { as: OWNER, motion: 'no-preference' }, async (page) => {
    await page.goto('/team');
    await settled(page);
    await page
      .getByRole('link', { name: 'Your profile' })
      .or(page.getByRole('link', { name: 'Live' }))
      .first()
      .click();
    await page.evaluate(() => {
      globalThis.shapes = 0;
      const look = () => {
        const shape = document.querySelector('main .skeleton');
        if (shape && Number(getComputedStyle(shape).opacity) > 0) globalThis.shapes += 1;
        requestAnimationFrame(look);
      };
      look();
    });
    // Read before, so it is there.
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Team' }).click();
    await page.getByRole('heading', { level: 1, name: 'Team' }).waitFor();
    await page.waitForTimeout(400);
    assert.equal(await page.evaluate(() => globalThis.shapes), 0);
  }));

/** The longest movement that runs while `act` does, ms. */
async function movement(page, act) {
  await page.evaluate(() => {
    globalThis.longest = 0;
    const look = () => {
      for (const one of document.getAnimations()) {
        const { duration, iterations } = one.effect.getComputedTiming();
        globalThis.longest = Math.max(globalThis.longest, Number(duration) * Math.min(iterations, 10));
      }
      requestAnimationFrame(look);
    };
    look();
  });
  await act();
  await page.waitForTimeout(300);
  return page.evaluate(() => globalThis.longest);
}

for (const [motion, still] of [
  ['reduce', true],
  ['no-preference', false],
]) {
  test(`point 40: with ${motion} the page ${still ? 'stands still' : 'moves (control)'}`, () =>
    withPage(here, { as: OWNER, motion }, async (page) => {
      await page.goto('/profile');
      await settled(page);
      const longest = await movement(page, async () => {
        await page.keyboard.press('Control+k');
        await page.getByRole('combobox', { name: 'Search or jump to' }).waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Sign out everywhere' }).click();
        await page.getByRole('alertdialog').waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('alertdialog').waitFor({ state: 'detached' });
        const release = await hold(page, '**/api/tasks?*');
        await page.getByRole('link', { name: /^Tasks/ }).click();
        await page.locator('main .skeleton').first().waitFor();
        await page.waitForTimeout(250);
        release();
      });
      if (still) assert.ok(longest <= 1, `something moved for ${longest} ms`);
      else assert.ok(longest >= 100, 'nothing moves at all, so this test sees nothing');
    }));
}
