import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { fits, OWNER, settled, withPage, world } from './harness.mjs';
import { ROUTES, routeName } from './routes.mjs';

let here;
before(async () => {
  here = await world();
});
after(() => here.close());

for (const theme of ['light', 'dark']) {
  for (const width of [1440, 390]) {
    test(`point 5: axe finds nothing on any route, ${theme}, ${width} px`, {
      timeout: 300_000,
    }, async (t) => {
      for (const route of ROUTES) {
        await t.test(routeName(route), () =>
          withPage(here, { as: route.as && OWNER, theme, width }, async (page) => {
            await page.goto(route.path);
            await settled(page);
            assert.deepEqual(await violations(page), []);
            await fits(page);
          }),
        );
      }
    });
  }
}

test('point 5: axe finds nothing with palette, shortcuts, menu and dialog open', { timeout: 120_000 }, () =>
  withPage(here, { as: OWNER }, async (page) => {
    await page.goto('/profile');
    const look = async (open) => {
      await open();
      await page.waitForTimeout(300);
      assert.deepEqual(await violations(page), []);
      await page.keyboard.press('Escape');
      await page.waitForTimeout(300);
    };
    await settled(page);
    await look(async () => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Search or jump to' }).fill('o');
    });
    await look(() => page.keyboard.press('?'));
    await look(() => page.getByRole('button', { name: /Owner/ }).click());
    await look(() => page.getByRole('button', { name: 'Sign out everywhere' }).click());
    await look(() => page.getByRole('combobox', { name: 'Theme' }).click());
  }),
);

test('control: a button without a name and a page that is too wide are found', () =>
  withPage(here, { as: null }, async (page) => {
    await page.goto('/login');
    await settled(page);
    await page.evaluate(() => {
      const button = document.createElement('button');
      button.style.width = '3000px';
      button.style.height = '10px';
      document.querySelector('main').append(button);
    });
    assert.match((await violations(page)).join(), /button-name/);
    await assert.rejects(fits(page), /wider than the window/);
  }));
