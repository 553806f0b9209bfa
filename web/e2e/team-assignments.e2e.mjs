import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { apiAs, OWNER, settled, withPage, world } from './harness.mjs';

let here;
let api;
before(async () => {
  here = await world();
  api = await apiAs(here.url, OWNER);
});
after(() => here.close());

const owner = (options, body) => withPage(here, { as: OWNER, ...options }, body);

async function open(page, path) {
  await page.goto(path);
  await settled(page);
}

const slider = (page, agent) => page.getByRole('slider', { name: `Proficiency for ${agent}` });
const exact = (page, agent) => page.getByRole('spinbutton', { name: `Proficiency for ${agent}` });

/** A member of one test alone, with two agents. */
async function assigned(name) {
  const email = `${name.toLowerCase().replaceAll(/\W+/g, '.')}.${Date.now()}@example.com`;
  const member = await api('POST', '/api/teams/members', { email, name, role: 'agent' });
  return api('PUT', `/api/teams/members/${member.id}/agents`, {
    assignments: [
      { agent_id: 1, proficiency_level: 50 },
      { agent_id: 2, proficiency_level: 60 },
    ],
  });
}

test('point 22: the slider goes by arrows, pages, ends and a press; the number takes exact values', async () => {
  const member = await assigned('Sliding Person');
  const agent = `${member.agents[0].name}, Online shop`;
  await owner({}, async (page) => {
    await open(page, `/team/${member.id}`);
    const level = async (value) => {
      assert.equal(await slider(page, agent).inputValue(), String(value));
      assert.equal(await exact(page, agent).inputValue(), String(value));
    };
    await slider(page, agent).focus();
    for (const [key, value] of [
      ['ArrowRight', 51],
      ['ArrowLeft', 50],
      ['Shift+ArrowRight', 60],
      ['PageUp', 70],
      ['PageDown', 60],
      ['Home', 0],
      ['End', 100],
    ]) {
      await page.keyboard.press(key);
      await level(value);
    }
    assert.equal(await slider(page, agent).getAttribute('aria-valuetext'), '100 of 100');
    await exact(page, agent).fill('37');
    await level(37);
    await exact(page, agent).fill('370');
    await exact(page, agent).blur();
    await level(37);
    const box = await slider(page, agent)
      .locator('xpath=ancestor::*[contains(@class,"rounded-full")][2]')
      .boundingBox();
    await page.mouse.click(box.x + box.width * 0.8, box.y + box.height / 2);
    const pressed = Number(await exact(page, agent).inputValue());
    assert.ok(pressed >= 78 && pressed <= 82, `pressed ${pressed}`);
  });
});

test('point 23: changes are marked; leaving asks; a failed save keeps the draft', async () => {
  const member = await assigned('Drafting Person');
  const agent = `${member.agents[0].name}, Online shop`;
  await owner({}, async (page) => {
    await open(page, `/team/${member.id}`);
    await exact(page, agent).fill('71');
    await page.getByText('Unsaved changes').waitFor();
    // The range is part of the same page.
    await page.getByRole('button', { name: '30 days' }).click();
    await page.waitForURL(/days=30/);
    assert.equal(await exact(page, agent).inputValue(), '71');
    await page.getByRole('link', { name: 'Overview' }).click();
    const ask = page.getByRole('alertdialog', { name: 'Leave without saving?' });
    await page.waitForFunction(() => document.activeElement?.textContent === 'Cancel');
    assert.deepEqual(await violations(page), []);
    await ask.getByRole('button', { name: 'Cancel' }).click();
    await page.route('**/agents', (route) =>
      route.request().method() === 'PUT' ? route.abort('connectionrefused') : route.continue(),
    );
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The server cannot be reached').waitFor();
    assert.equal(await exact(page, agent).inputValue(), '71');
    await page.unroute('**/agents');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
    const stored = await api('GET', `/api/teams/members/${member.id}/assignments`);
    assert.equal(stored.assignments[0].proficiency_level, 71);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.waitForURL((url) => url.pathname === '/');
  });
});

test('point 24: Remove offers Undo; the picker finds by name and sector and leaves out what is assigned', async () => {
  const member = await assigned('Picking Person');
  const agent = `${member.agents[0].name}, Online shop`;
  await owner({}, async (page) => {
    await open(page, `/team/${member.id}`);
    await page.getByRole('button', { name: `Remove ${agent}` }).click();
    await slider(page, agent).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await slider(page, agent).waitFor();
    assert.equal(await page.getByText('Unsaved changes').count(), 0);
    await page.getByRole('button', { name: 'Assign agent' }).click();
    const picker = page.getByRole('dialog', { name: 'Assign an agent' });
    const offered = picker.getByRole('button', { name: /^Assign / });
    await offered.first().waitFor();
    assert.equal(await offered.count(), 52);
    assert.equal(
      await picker.getByRole('button', { name: `Assign ${agent.replace(',', '')}`, exact: true }).count(),
      0,
    );
    assert.deepEqual(await violations(page), []);
    await picker.getByRole('searchbox').fill('clinic');
    await offered.nth(51).waitFor({ state: 'detached' });
    const inSector = await offered.count();
    assert.ok(inSector > 0 && inSector < 52);
    await picker.getByRole('searchbox').fill('zzz');
    await picker.getByRole('button', { name: 'Clear' }).click();
    const { agents } = await api('GET', '/api/agents?sector=all');
    const { name } = agents.find((one) => one.sector === 'ecommerce' && one.agent_id > 2);
    await picker.getByRole('searchbox').fill(name);
    const first = picker.getByRole('button', { name: `Assign ${name}` }).first();
    await first.focus();
    await page.keyboard.press('Enter');
    await picker.getByRole('button', { name: 'Done' }).click();
    await slider(page, name).waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await slider(page, name).waitFor({ state: 'detached' });
  });
});

test('point 25: the second of two people sees both versions; nothing is written over unseen', async () => {
  const member = await assigned('Contested Person');
  const agent = `${member.agents[0].name}, Online shop`;
  await owner({}, async (page) => {
    await open(page, `/team/${member.id}`);
    await exact(page, agent).fill('80');
    await api('PUT', `/api/teams/members/${member.id}/agents`, {
      assignments: [{ agent_id: 1, proficiency_level: 20 }],
    });
    await page.getByRole('button', { name: 'Save changes' }).click();
    const both = page.getByRole('dialog', { name: 'Somebody else changed these assignments' });
    await both.getByRole('row', { name: `${agent} 80 20` }).waitFor();
    await both.getByRole('row', { name: / 60 Not assigned$/ }).waitFor();
    assert.deepEqual(await violations(page), []);
    const stored = async () =>
      (await api('GET', `/api/teams/members/${member.id}/assignments`)).assignments.map(
        (one) => one.proficiency_level,
      );
    assert.deepEqual(await stored(), [20]);
    await both.getByRole('button', { name: 'Go on editing' }).click();
    assert.equal(await exact(page, agent).inputValue(), '80');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await both.getByRole('button', { name: 'Save mine' }).click();
    await both.waitFor({ state: 'detached' });
    assert.deepEqual(await stored(), [80, 60]);
    // The same with what is in the form of the person.
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Job title').fill('Chief');
    await api('PUT', `/api/teams/members/${member.id}`, { title: 'Lead', availability: 'away' });
    await page.getByRole('button', { name: 'Save changes' }).click();
    const form = page.getByRole('dialog', { name: 'Edit Contested Person' });
    await form.getByText('Somebody else changed this member').waitFor();
    await form.locator('dd', { hasText: /Chief.*Lead$/ }).waitFor();
    assert.deepEqual(await violations(page), []);
    await form.getByRole('button', { name: 'Save mine' }).click();
    await form.waitFor({ state: 'detached' });
    const now = await api('GET', `/api/teams/members/${member.id}`);
    assert.deepEqual([now.title, now.availability], ['Chief', 'away']);
  });
});
