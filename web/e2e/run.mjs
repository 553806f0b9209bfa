// Starts one real server with fresh demo data and runs the browser tests on it,
// one file after the other: `npm run e2e [-- name]`.
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

const wanted = process.argv.slice(2);
const files = readdirSync(here)
  .filter((file) => file.endsWith('.e2e.mjs'))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort()
  .map((file) => join(here, file));
const state = mkdtempSync(join(tmpdir(), 'caly-e2e-state-'));
const server = await startServer();
const env = { ...process.env, CALY_URL: server.url, CALY_E2E_STATE: state };
const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', ...files], {
  stdio: 'inherit',
  env,
});
// Whoever stops the run stops what it started.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => tests.kill(signal));
const code = await new Promise((done) => tests.once('exit', (exit) => done(exit ?? 1)));
await server.close();
rmSync(state, { recursive: true, force: true });
process.exit(code);
