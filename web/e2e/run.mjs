// Runs the browser tests on the real binary, each lane on a server of its own
// with fresh demo data, one file after the other: `npm run e2e [-- name]`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary, findBrowser, startServer } from './harness.mjs';

const here = new URL('.', import.meta.url).pathname;
const lack = [
  !findBrowser() && 'no Chromium (apt-get install chromium)',
  !findBinary() && 'no caly binary (make build)',
];
const missing = lack.filter(Boolean);
if (missing.length > 0) {
  console.error(`\n!! skipped: the browser tests: ${missing.join(', ')}\n`);
  process.exit(process.env.CI === 'true' ? 1 : 0);
}

/** About as long each. A file that nobody names here goes into the last. */
const LANES = [
  ['a11y-light', 'doctors', 'layers'],
  ['a11y-dark', 'hostile'],
  ['calls', 'carrier', 'onboarding', 'overview', 'recordings', 'states'],
  ['settings', 'shell', 'talk', 'team'],
];
const wanted = process.argv.slice(2);
const files = readdirSync(here)
  .filter((file) => file.endsWith('.e2e.mjs'))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
const laneOf = (file) => {
  const nth = LANES.findIndex((lane) => lane.some((name) => file.startsWith(name)));
  return nth < 0 ? LANES.length - 1 : nth;
};
const lanes = LANES.map((_, nth) => files.filter((file) => laneOf(file) === nth)).filter(
  (lane) => lane.length > 0,
);

const running = new Set();
// Whoever stops the run stops what it started.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    for (const tests of running) tests.kill(signal);
  });

/** The first lane is told as it runs, a further one when it has ended. */
async function run(lane, tell) {
  const state = mkdtempSync(join(tmpdir(), 'caly-e2e-state-'));
  const server = await startServer();
  const env = { ...process.env, CALY_URL: server.url, CALY_E2E_STATE: state };
  const paths = lane.map((file) => join(here, file));
  const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', ...paths], {
    stdio: ['ignore', tell ? 'inherit' : 'pipe', 'inherit'],
    env,
  });
  running.add(tests);
  const said = [];
  tests.stdout?.on('data', (chunk) => said.push(chunk));
  const code = await new Promise((done) => tests.once('close', (exit) => done(exit ?? 1)));
  running.delete(tests);
  await server.close();
  rmSync(state, { recursive: true, force: true });
  return { code, said: Buffer.concat(said) };
}

const ends = await Promise.all(lanes.map((lane, nth) => run(lane, nth === 0)));
for (const { said } of ends) process.stdout.write(said);
process.exitCode = Math.max(...ends.map(({ code }) => code));
