import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { fits, OWNER, settled, withPage, world } from './harness.mjs';

let here;
before(async () => {
  here = await world();
});
after(() => here.close());

const LOOKS = ['light', 'dark'].flatMap((theme) => [1440, 390].map((width) => [theme, width]));

/** What opens above a page: where, and how; axe looks at the layer alone, since
 * the page below it has been looked at. */
const LAYERS = [
  ['palette', '/profile', (page) => page.keyboard.press('Control+k')],
  ['shortcuts', '/profile', (page) => page.keyboard.press('?')],
  ['account menu', '/profile', (page) => page.getByRole('button', { name: /Owner/ }).last().click()],
  ['sign out', '/profile', (page) => page.getByRole('button', { name: 'Sign out everywhere' }).click()],
  ['theme', '/profile', (page) => page.getByRole('combobox', { name: 'Theme' }).click()],
  ['add a member', '/team', (page) => page.getByRole('button', { name: 'Add member' }).click()],
  ['status', '/team', (page) => page.getByRole('combobox', { name: 'Standing' }).click()],
  ['edit a member', '/team/2', (page) => page.getByRole('button', { name: 'Edit', exact: true }).click()],
  ['member menu', '/team/2', (page) => page.getByRole('button', { name: /^More for/ }).click()],
  ['agent picker', '/team/2', (page) => page.getByRole('button', { name: 'Assign agent' }).click()],
  [
    'member of calls',
    '/calls',
    async (page) => {
      const folded = page.getByRole('button', { name: 'Filters' });
      if (await folded.isVisible()) await folded.click();
      await page.getByRole('combobox', { name: 'Member' }).click();
    },
  ],
  ['invite', '/settings/people', (page) => page.getByRole('button', { name: 'Invite somebody' }).click()],
  ['add a team', '/settings/people', (page) => page.getByRole('button', { name: 'Add a team' }).click()],
  [
    'delete a team',
    '/settings/people',
    (page) =>
      page
        .getByRole('button', { name: /^Delete / })
        .first()
        .click(),
  ],
  ['add a number', '/settings/phone', (page) => page.getByRole('button', { name: 'Add a number' }).click()],
  [
    'carrier login',
    '/settings/phone',
    (page) =>
      page
        .getByRole('button', { name: /^Carrier login/ })
        .first()
        .click(),
  ],
  [
    'new addresses',
    '/settings/phone',
    (page) =>
      page
        .getByRole('button', { name: /^New addresses/ })
        .first()
        .click(),
  ],
  ['make a key', '/settings/keys', (page) => page.getByRole('button', { name: 'Make a key' }).click()],
];
const LAYER = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]';

for (const [theme, width] of LOOKS) {
  test(
    `point 5: axe finds nothing in whatever opens above a page, ${theme}, ${width} px`,
    {
      timeout: 120_000,
    },
    () =>
      withPage(here, { as: OWNER, theme, width }, async (page) => {
        const layer = page.locator(LAYER).filter({ visible: true }).first();
        let at;
        for (const [name, path, open] of LAYERS) {
          if (path !== at) {
            await page.goto(path);
            await settled(page);
            at = path;
          }
          // On a phone the menu of the account is in the drawer.
          if (name === 'account menu' && width < 1024) {
            await page.getByRole('button', { name: /menu/i }).first().click();
          }
          await open(page);
          await layer.waitFor();
          assert.deepEqual(await violations(page, LAYER), [], name);
          await fits(page);
          for (let tries = 0; tries < 4 && (await layer.count()) > 0; tries += 1) {
            await page.keyboard.press('Escape');
            await page.waitForTimeout(150);
          }
          assert.equal(await layer.count(), 0, `${name} does not close by Esc`);
        }
      }),
  );
}

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
