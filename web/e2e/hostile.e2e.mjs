// What somebody may type or say to break a page: in every text that people and
// carriers can set, seen on every page. The data is this file's own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

// A server of its own: these names are nothing for the other files.
delete process.env.CALY_URL;
delete process.env.CALY_E2E_STATE;
const { apiAs, CLINIC, fits, OWNER, settled, withPage, world } = await import('./harness.mjs');
const { pathOf, ROUTES } = await import('./routes.mjs');

const SCRIPT = `"'><script>window.owned=1</script><img src=x onerror="window.owned=1">`;
const TEXTS = [
  SCRIPT,
  '{{7*7}} #{7*7} %0d%0a <svg onload=window.owned=1>',
  '=HYPERLINK("http://x.example";"press")',
  `'; DROP TABLE members; --`,
  '\u202Edekcatta\u202C \u200B\u200Bnothing',
  'é́́́́ 👩‍👩‍👧‍👦 🏳️‍🌈 नमस्ते',
  'W'.repeat(100),
];
/** What is cut to the field's length, so that a limit does not spare the page. */
const cut = (text, most) => [...text].slice(0, most).join('');

let here;
let made;
before(async () => {
  here = await world();
  made = await hostileCompany(await apiAs(here.url, OWNER));
  await hostileDoctors(await apiAs(here.url, CLINIC));
});
after(() => here?.close());

/** Sets every text there is; what the server refuses is told with its field. */
async function hostileCompany(api) {
  const refused = [];
  const ask = async (method, path, body) => {
    try {
      return await api(method, path, body);
    } catch (error) {
      assert.match(error.message, /: 4\d\d \{/, `${path} was not refused in words: ${error.message}`);
      refused.push(error.message);
      return null;
    }
  };
  for (const [at, text] of TEXTS.entries()) {
    const name = cut(text, 80);
    const email = `hostile${at}@example.com`;
    await ask('POST', '/api/teams/members', { email, name, title: name, phone: name, role: 'agent' });
    await ask('POST', '/api/teams/members', { email, name, title: name, role: 'agent' });
    await ask('POST', '/api/teams/members', { email: `${name}@x.example`, role: 'agent' });
    await ask('POST', '/api/teams', { name });
    await ask('POST', '/api/channels', { kind: 'phone', name, number: `+9180474${10_000 + at}` });
    await ask('POST', '/api/api-keys', { name, role: 'agent' });
  }
  for (const phrase of TEXTS) await ask('PUT', '/api/rules', { escalation_phrases: [cut(phrase, 60)] });
  await api('PUT', '/api/rules', {
    holidays: TEXTS.map((text, at) => ({ day: `2027-01-${10 + at}`, name: cut(text, 60) })),
    escalation_phrases: [TEXTS[3], TEXTS[4]],
  });
  const { sector, zone, language, fairness } = await api('GET', '/api/company');
  await api('PUT', '/api/company', { name: cut(SCRIPT, 80), sector, zone, language, fairness });
  for (const text of TEXTS) {
    await ask('POST', '/api/sector-config', { sector: 'saas', config: { saas_api_key: text } });
    await ask('POST', '/api/sector-config', { sector: 'healthcare', config: { practice_id: text } });
  }
  const calls = await hostileCalls(api);
  const { tasks } = await api('GET', '/api/tasks?state=open');
  for (const [at, task] of tasks.slice(0, TEXTS.length).entries()) {
    await ask('POST', `/api/tasks/${task.id}/claim`);
    if (at > 2) await ask('POST', `/api/tasks/${task.id}/done`, { resolved: true, note: TEXTS[at] });
  }
  return { refused, calls, tasks };
}

/** Doctors of the clinic: what the server refuses is no name that anybody says. */
async function hostileDoctors(api) {
  for (const text of TEXTS) {
    const doctor = { name: cut(text, 80), speciality: cut(text, 60), slot_minutes: 15, hours: [] };
    await api('POST', '/api/doctors', doctor).catch((error) => assert.match(error.message, /: 422 \{/));
  }
  const { doctors } = await api('GET', '/api/doctors');
  assert.ok(doctors.some(({ name }) => name === cut(SCRIPT, 80)));
}

/** Calls on the carrier's wire whose numbers are no numbers, and which nobody
 * takes: each leaves a task. */
async function hostileCalls(api) {
  const { channels } = await api('GET', '/api/channels');
  const { hook_urls: urls, number } = channels.find((channel) => channel.kind === 'rehearsal');
  const steps = [
    ['voicebot', {}],
    ['after_bot', { 'Stream[Status]': SCRIPT }],
    ['connect', {}],
    ['after_connect', { DialCallStatus: 'no-answer' }],
    ['connect', {}],
  ];
  for (const [at, text] of TEXTS.entries()) {
    const call = { CallSid: `hostile-${at}`, CallFrom: text, CallTo: number, Direction: 'incoming' };
    for (const [step, more] of steps) {
      const words = new URLSearchParams({ ...call, ...more });
      const answer = await fetch(`${urls[step]}?${words}`, { redirect: 'manual' });
      assert.ok(answer.status < 400, `${step}: ${answer.status}`);
    }
  }
  const { calls } = await api('GET', '/api/calls?limit=20');
  return calls.filter((call) => call.carrier_call_id.startsWith('hostile-'));
}

async function nothingRan(page, path) {
  await page.goto(path);
  await settled(page);
  assert.equal(await page.evaluate(() => window.owned), undefined, `${path}: a script ran`);
  await fits(page);
  const spilt = await page.evaluate(() => {
    const clipped = (el) => {
      for (let up = el.parentElement; up; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== 'visible') return true;
      return false;
    };
    return [...document.querySelectorAll('main *')]
      .filter((el) => el.getBoundingClientRect().right > window.innerWidth + 1 && !clipped(el))
      .map((el) => el.textContent?.slice(0, 40));
  });
  assert.deepEqual(spilt, [], `${path}: text beyond the window`);
}

test('hostile text: what does not fit is refused at its field, the rest is kept', async () => {
  assert.equal(made.calls.length, TEXTS.length);
  assert.ok(made.tasks.length >= TEXTS.length, `only ${made.tasks.length} tasks`);
  assert.ok(made.refused.length >= TEXTS.length, 'not even a repeated e-mail was refused');
  for (const words of made.refused) assert.match(words, /"detail":"/);
  const api = await apiAs(here.url, OWNER);
  const { team_members: members } = await api('GET', '/api/teams?limit=200');
  const names = members.map((member) => member.name);
  assert.ok(names.includes(cut(SCRIPT, 80)), 'a name that looks like HTML is a name');
  for (const long of ['x'.repeat(5_000), 'x\u0000y']) {
    const body = { email: 'long@example.com', name: long, role: 'agent' };
    await assert.rejects(api('POST', '/api/teams/members', body), /: 422 /);
  }
});

for (const [width, theme] of [
  [1440, 'light'],
  [390, 'dark'],
]) {
  test(`hostile text: no page runs it or breaks, ${width} px ${theme}`, { timeout: 300_000 }, () =>
    withPage(here, { as: OWNER, width, theme }, async (page) => {
      page.on('dialog', (dialog) => assert.fail(`a dialog: ${dialog.message()}`));
      const routes = ROUTES.filter((route) => route.as === 'owner');
      const paths = await Promise.all(routes.map((route) => pathOf(here, route)));
      paths.push('/tasks?state=claimed', '/tasks?state=done', '/team?q=%3Cscript', '/calls?member=%3Cscript');
      for (const call of made.calls) paths.push(`/calls/${call.id}`);
      const { team_members: members } = await (await apiAs(here.url, OWNER))('GET', '/api/teams?limit=200');
      const hostile = members.filter((member) => member.email.startsWith('hostile'));
      for (const member of hostile) paths.push(`/team/${member.id}`);
      for (const path of paths) await nothingRan(page, path);
      assert.ok(hostile.length > 0 && paths.length > 30);
    }),
  );

  test(`hostile text: nor does a page that only a clinic has, ${width} px ${theme}`, () =>
    withPage(here, { as: CLINIC, width, theme }, async (page) => {
      page.on('dialog', (dialog) => assert.fail(`a dialog: ${dialog.message()}`));
      const paths = ROUTES.filter((route) => route.as === 'clinic').map((route) => route.path);
      paths.push('/appointments?doctor=%3Cscript&week=%3Cscript', '/appointments?week=9999-12-31&doctor=5');
      for (const path of paths) await nothingRan(page, path);
      await page.goto('/settings/doctors');
      await page.getByRole('button', { name: /^Deactivate: "'><script>/ }).click();
      await page.getByRole('alertdialog').waitFor();
      await fits(page);
      assert.equal(await page.evaluate(() => window.owned), undefined);
    }));
}
