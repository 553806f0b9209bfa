// A voicemail from the carrier's hook to somebody's ears: the real fetching, the
// real decoder, the real content security policy.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { apiAs, fits, OWNER, settled, withPage, world } from './harness.mjs';

const LOGIN = `Basic ${Buffer.from('key:token').toString('base64')}`;
let carrier;
let host;
let here;
before(async () => {
  carrier = createServer((ask, answer) => {
    const known = ask.headers.authorization === LOGIN && ask.url === '/recordings/v.wav';
    answer.writeHead(known ? 200 : 401, { 'content-type': 'audio/x-wav' }).end(known ? tone(2) : '');
  });
  await new Promise((done) => carrier.listen(0, '127.0.0.1', done));
  host = `127.0.0.1:${carrier.address().port}`;
  here = await world({ config: `[outbound]\nallow = ["${host}"]\n` });
});
after(async () => {
  await here.close();
  carrier.close();
});

/** Seconds of a tone as a carrier records: 8 kHz, 16 bits, mono. */
function tone(seconds) {
  const data = Buffer.alloc(seconds * 16_000);
  for (let n = 0; n < data.length / 2; n += 1) data.writeInt16LE(Math.round(8_000 * Math.sin(n / 3)), n * 2);
  const head = Buffer.from('RIFF....WAVEfmt ....................data....', 'latin1');
  head.writeUInt32LE(36 + data.length, 4);
  for (const [at, value] of [
    [16, 16],
    [24, 8_000],
    [28, 16_000],
    [40, data.length],
  ])
    head.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ])
    head.writeUInt16LE(value, at);
  return Buffer.concat([head, data]);
}

/** A caller whom nobody answered, through the flow's hooks; his call's id. */
async function leaveVoicemail(api) {
  const { channels } = await api('GET', '/api/channels');
  const line = channels.find((channel) => channel.kind === 'phone');
  await api('PUT', `/api/channels/${line.id}/carrier`, {
    api: { host: `http://${host}`, account_sid: 'acme1m', key: 'key', token: 'token' },
  });
  const sid = 'voicemail0001';
  const hook = async (name, more = {}) => {
    const said = { CallSid: sid, CallFrom: '+919812345678', CallTo: line.number, ...more };
    const answer = await fetch(`${line.hook_urls[name]}?${new URLSearchParams(said)}`);
    assert.equal(answer.status, 200, name);
  };
  await hook('voicebot');
  await hook('connect');
  const left = { CallType: 'voicemail', RecordingUrl: `http://${host}/recordings/v.wav` };
  await hook('after_connect', left);
  for (let tries = 0; tries < 120; tries += 1) {
    const { calls } = await api('GET', '/api/calls?limit=20');
    const call = calls.find((one) => one.carrier_call_id === sid);
    const { recordings } = await api('GET', `/api/calls/${call.id}`);
    if (recordings[0]?.state === 'ready') return call.id;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error('the voicemail was not fetched');
}

async function listen(page) {
  await page.getByRole('button', { name: 'Play voicemail' }).click();
  const player = page.getByLabel('Voicemail', { exact: true });
  await player.waitFor();
  const seconds = await player.evaluate(async (audio) => {
    while (!(audio.duration > 0)) await new Promise((done) => setTimeout(done, 50));
    while (!(audio.currentTime > 0)) await new Promise((done) => setTimeout(done, 50));
    return audio.duration;
  });
  assert.equal(Math.round(seconds), 2);
}

test('a voicemail is heard with its task and with its call, on a phone and in the dark', async () => {
  const api = await apiAs(here.url, OWNER);
  const id = await leaveVoicemail(api);
  for (const [theme, width] of [
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
  ]) {
    for (const [name, path] of [
      ['tasks', '/tasks'],
      ['call', `/calls/${id}`],
    ]) {
      await withPage(here, { as: OWNER, theme, width, height: width === 390 ? 844 : 900 }, async (page) => {
        await page.goto(path);
        await settled(page);
        await listen(page);
        await fits(page);
        assert.deepEqual(await violations(page), []);
        const shots = process.env.CALY_SHOTS;
        if (shots) await page.screenshot({ path: `${shots}/recording-${name}-${theme}-${width}.png` });
      });
    }
  }
});
