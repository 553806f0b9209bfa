import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { violations } from './axe.mjs';
import { apiAs, OWNER, settled, withPage, world } from './harness.mjs';

const RATE = 16_000;
const dir = mkdtempSync(join(tmpdir(), 'caly-talk-'));
let quiet;
let spoken;

before(async () => {
  quiet = await microphone('quiet.wav', silence(20));
  const words = flite('Where is my order?');
  // The greeting first, then the question, then nothing until the file begins anew.
  if (words) spoken = await microphone('spoken.wav', Buffer.concat([silence(9), words, silence(60)]));
});
after(async () => {
  await quiet.close();
  await spoken?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A browser whose microphone hears this. */
function microphone(name, samples) {
  const file = join(dir, name);
  writeFileSync(file, Buffer.concat([header(samples.length), samples]));
  return world({
    flags: [
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${file}`,
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

function silence(seconds) {
  return Buffer.alloc(seconds * RATE * 2);
}

function header(length) {
  const head = Buffer.from('RIFF....WAVEfmt ................data....', 'latin1');
  const whole = Buffer.alloc(44);
  head.copy(whole);
  whole.writeUInt32LE(36 + length, 4);
  whole.writeUInt32LE(16, 16);
  whole.writeUInt16LE(1, 20);
  whole.writeUInt16LE(1, 22);
  whole.writeUInt32LE(RATE, 24);
  whole.writeUInt32LE(RATE * 2, 28);
  whole.writeUInt16LE(2, 32);
  whole.writeUInt16LE(16, 34);
  whole.write('data', 36, 'latin1');
  whole.writeUInt32LE(length, 40);
  return whole;
}

/** Words by a synthesiser that is no part of Caly; undefined where there is none. */
function flite(text) {
  const file = join(dir, 'words.wav');
  try {
    execFileSync('flite', ['-voice', 'slt', '-t', text, '-o', file]);
  } catch {
    if (process.env.CI === 'true') throw new Error('CI needs flite: apt-get install flite');
    return undefined;
  }
  const wav = readFileSync(file);
  assert.equal(wav.readUInt32LE(24), RATE);
  return wav.subarray(44);
}

const talking = { as: OWNER, permissions: ['microphone'] };

test('talk: by keys, from the greeting to its outcome', { timeout: 240_000 }, () =>
  withPage(quiet, talking, async (page) => {
    const api = await apiAs(quiet.url, OWNER);
    await page.goto('/try');
    await settled(page);
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Start talking' }).click();
    await page.getByText('You are talking with the agent').waitFor({ timeout: 20_000 });
    const log = page.getByRole('log', { name: 'Transcript' });
    await log.getByText(/thank you for calling/).waitFor({ timeout: 30_000 });
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: '0', exact: true }).click();
    await log
      .getByText(/person/)
      .first()
      .waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Mute' }).click();
    await page.getByRole('button', { name: 'Unmute' }).waitFor();
    await page.getByRole('button', { name: 'Hang up' }).click();
    await page.getByText('The call is over').waitFor();
    await page.getByRole('link', { name: 'See what came of it' }).click();
    await page.waitForURL('**/calls/*');
    const id = new URL(page.url()).pathname.split('/').pop();
    let call;
    for (let tries = 0; tries < 60 && !call?.outcome; tries += 1) {
      call = await api('GET', `/api/calls/${id}`);
      await page.waitForTimeout(250);
    }
    // Behind a browser nobody can be dialled: asking for a person leaves a message.
    assert.equal(call.outcome, 'message_taken');
    assert.equal(call.escalated, true);
    assert.ok(call.owner_id, 'the talk has an owner in the team');
  }),
);

test('talk: the microphone is heard, and the agent answers what was said', { timeout: 240_000 }, (t) => {
  if (!spoken) return t.skip('no flite (apt-get install flite)');
  return withPage(spoken, talking, async (page) => {
    await page.goto('/try');
    await settled(page);
    await page.getByRole('button', { name: 'Start talking' }).click();
    const log = page.getByRole('log', { name: 'Transcript' });
    await log.getByText(/where is my order/i).waitFor({ timeout: 60_000 });
    await log.getByText(/order number/i).waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Hang up' }).click();
    await page.getByText('The call is over').waitFor();
  });
});

test('talk: a microphone that is refused is explained, and no call is placed', () =>
  withPage(quiet, { as: OWNER }, async (page) => {
    const api = await apiAs(quiet.url, OWNER);
    const before = (await api('GET', '/api/calls?limit=1')).calls[0].id;
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await page.goto('/try');
    await settled(page);
    await page.getByRole('button', { name: 'Start talking' }).click();
    await page.getByText(/The microphone was refused/).waitFor();
    assert.deepEqual(await violations(page), []);
    assert.equal((await api('GET', '/api/calls?limit=1')).calls[0].id, before);
    await page.getByRole('button', { name: 'Talk again' }).waitFor();
  }));
