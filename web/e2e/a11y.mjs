import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { fits, lost, settled, withPage, world } from './harness.mjs';
import { lookerOf, pathOf, ROUTES, routeName } from './routes.mjs';

/** Every route in one theme, wide and on a phone: each theme is a file of its
 * own, because the two take longest and run beside each other. */
export function everyRoute(theme) {
  let here;
  before(async () => {
    here = await world();
  });
  after(() => here.close());

  for (const width of [1440, 390]) {
    test(`points 5, 6: axe finds nothing on any route, ${theme}, ${width} px; nothing is lost at half`, {
      timeout: 300_000,
    }, async (t) => {
      for (const route of ROUTES) {
        await t.test(routeName(route), () =>
          withPage(here, { as: lookerOf(route), theme, width }, async (page) => {
            await page.goto(await pathOf(here, route));
            await settled(page);
            assert.deepEqual(await violations(page), []);
            await fits(page);
            // Point 6: 200 % of a 1440 px window is one of 720; and the narrowest
            // that 1.4.10 asks for.
            if (theme === 'dark') return;
            await page.setViewportSize(
              width === 1440 ? { width: 720, height: 450 } : { width: 320, height: 640 },
            );
            await fits(page);
            assert.deepEqual(await lost(page), []);
          }),
        );
      }
    });
  }
}
