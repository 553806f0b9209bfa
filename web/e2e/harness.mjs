// What every browser test begins with: the real binary on a free port with
// fresh demo data, a Chromium, and somebody who is logged in.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const ROOT = new URL('../..', import.meta.url).pathname;
const OUT = new URL('./out', import.meta.url).pathname;
export const OWNER = { email: 'user@example.com', password: 'password' };
/** The demo's second company. */
export const CLINIC = { email: 'clinic@example.com', password: 'password' };
const PERSONA_PASSWORD = 'three words nobody guesses';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

export function findBrowser() {
  return [process.env.CHROMIUM, ...BROWSERS].find((path) => path && existsSync(path));
}

export function findBinary() {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  return [process.env.CALY_BIN, join(target, 'debug/caly')].find((path) => path && existsSync(path));
}

/** Starts `caly demo`, with `config` as its caly.toml and `env` beside what is
 * set. `stop()` ends it; `start()` brings it back with the same data on the same
 * port. */
export async function startServer({ port, config = '', env } = {}) {
  const binary = findBinary();
  if (!binary) throw new Error('no caly binary: run `make build` first, or set CALY_BIN');
  const data = mkdtempSync(join(tmpdir(), 'caly-e2e-'));
  const toml = `${data}.toml`;
  writeFileSync(toml, config);
  const listen = `127.0.0.1:${port ?? (await freePort())}`;
  const url = `http://${listen}`;
  let child;
  const start = async (fresh) => {
    const args = [
      'demo',
      '--listen',
      listen,
      '--data',
      data,
      '--config',
      toml,
      ...(fresh ? ['--fresh'] : []),
    ];
    child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
    let said = '';
    child.stderr.on('data', (text) => {
      said = (said + text).slice(-4_000);
    });
    for (let tries = 0; tries < 600; tries += 1) {
      if (child.exitCode !== null) throw new Error(`caly ended: ${said}`);
      const ready = await fetch(`${url}/ready`).catch(() => null);
      if (ready?.ok) return;
      await new Promise((done) => setTimeout(done, 200));
    }
    throw new Error(`caly did not get ready: ${said}`);
  };
  const stop = () =>
    new Promise((done) => {
      if (child.exitCode !== null) return done();
      child.once('exit', done);
      // Not SIGTERM: a test that stops the server means a server that is gone.
      child.kill('SIGKILL');
    });
  await start(true);
  return {
    url,
    start: () => start(false),
    stop,
    async close() {
      await stop();
      rmSync(data, { recursive: true, force: true });
      rmSync(toml, { force: true });
    },
  };
}

/** The server of this run: the one of run.mjs, or an own one for a single file
 * and where a test's operator has set something. */
export async function world({ flags = [], config, env } = {}) {
  const shared = config === undefined && env === undefined && process.env.CALY_URL;
  const server = shared ? { url: shared, close: async () => {} } : await startServer({ config, env });
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: [...FLAGS.split(' '), ...flags],
  });
  return {
    url: server.url,
    browser,
    /** A page with nobody logged in, or with the cookies of `as`. */
    async page({
      as,
      theme = 'light',
      width = 1440,
      height = 900,
      touch = false,
      permissions = [],
      motion = 'reduce',
      traced = true,
    } = {}) {
      const context = await browser.newContext({
        baseURL: server.url,
        viewport: { width, height },
        colorScheme: theme,
        hasTouch: touch,
        reducedMotion: motion,
        permissions,
      });
      if (as) await context.addCookies(await cookies(server.url, as));
      if (traced) await context.tracing.start({ screenshots: true, snapshots: true });
      const page = await context.newPage();
      return Object.assign(page, { faults: watch(page) });
    },
    /** A member with this role of the company of `owner`, the shop's when left out. */
    persona: (role, owner = OWNER) => persona(server.url, role, owner),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Runs a test's body on a page and keeps a trace when it fails. */
export async function withPage(here, options, body) {
  const page = await here.page(options);
  try {
    await body(page);
    if (page.faults.length > 0) throw new Error(`the console said:\n${page.faults.join('\n')}`);
    await page.context().close();
  } catch (error) {
    mkdirSync(OUT, { recursive: true });
    const path = join(OUT, `trace-${Date.now()}.zip`);
    await page
      .context()
      .tracing.stop({ path })
      .catch(() => {});
    await page.context().close();
    error.message += `\n(trace: ${path})`;
    throw error;
  }
}

/** A client of the API with somebody's session, for what a test prepares. */
export async function apiAs(url, who) {
  const jar = (await cookies(url, who)).map(({ name, value }) => `${name}=${value}`).join('; ');
  return async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      headers: { cookie: jar, origin: url, 'x-caly-client': 'web', 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
}

/** The page is there: heading, data, fonts. (The live stream never goes idle.) */
export async function settled(page) {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[role=status][aria-label=Loading]').first().waitFor({ state: 'detached' });
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(250);
}

/** It has the focus, or gets it in a moment: an opening dialog hands it over. */
export async function focused(locator) {
  const node = await locator.elementHandle();
  await locator.page().waitForFunction((one) => one === document.activeElement, node, { timeout: 5_000 });
}

/** No sideways scroll. */
export async function fits(page) {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (over > 0) throw new Error(`${page.url()} is ${over} px wider than the window`);
}

/** What a person can press, fill or read first and cannot reach at this width: it
 * lies beyond the window's edge, in nothing that scrolls sideways; or its words are
 * cut off with no way to see the rest. */
export function lost(page) {
  return page.evaluate(() => {
    const scrolls = (node) => {
      for (let up = node.parentElement; up; up = up.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth)
          return true;
      }
      return false;
    };
    const name = (node) =>
      `${node.tagName} ${node.getAttribute('aria-label') ?? node.textContent.trim().slice(0, 40)}`;
    const seen = [
      ...document.querySelectorAll('a, button, input, select, textarea, h1, h2, h3, [role=tab]'),
    ].filter((node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
    return seen
      .filter((node) => {
        const { left, right, width } = node.getBoundingClientRect();
        // What is there for ears only has no size.
        if (width <= 1) return false;
        const beyond = (left < -1 || right > innerWidth + 1) && !scrolls(node);
        const cut =
          node.matches('button, h1, h2, h3') &&
          node.scrollWidth > node.clientWidth + 1 &&
          node.clientWidth > 0 &&
          getComputedStyle(node).overflowX !== 'visible';
        return beyond || cut;
      })
      .map(name);
  });
}

/** Errors of the console, scripts that failed, and what the CSP stopped. */
function watch(page) {
  const faults = [];
  page.on('pageerror', (error) => faults.push(`pageerror ${error}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    // The browser reports every refused request; that nobody is logged in, that
    // a form was refused and that the server is away are things tests ask for.
    if (
      /status of (401|409|422|404|429)|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_INTERNET_DISCONNECTED/.test(
        message.text(),
      )
    )
      return;
    // What the API refused and the page shows; the router logs it as well.
    if (message.text().startsWith('ApiError:')) return;
    faults.push(`console ${message.text()}`);
  });
  return faults;
}

// Logins are limited per address, so each person logs in once per run.
async function cookies(url, who) {
  const file = jarOf(url, who.email);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const answer = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-caly-client': 'web' },
    body: JSON.stringify({ email: who.email, password: who.password }),
  });
  if (!answer.ok) throw new Error(`login of ${who.email}: ${answer.status} ${await answer.text()}`);
  return keep(url, who.email, answer);
}

function keep(url, email, answer) {
  const [pair] = (answer.headers.get('set-cookie') ?? '').split(';');
  const [name, value] = pair.split('=');
  const jar = [{ name, value, url, httpOnly: true, sameSite: 'Strict' }];
  writeFileSync(jarOf(url, email), JSON.stringify(jar));
  return jar;
}

async function persona(url, role, boss) {
  const company = boss === OWNER ? '' : `.${boss.email.split('@')[0]}`;
  const who = { email: `${role}${company}.e2e@example.com`, password: PERSONA_PASSWORD };
  if (existsSync(jarOf(url, who.email))) return who;
  const owner = await apiAs(url, boss);
  const member = await owner('POST', '/api/teams/members', { email: who.email, name: `E2E ${role}`, role });
  const link = await owner('POST', `/api/teams/members/${member.id}/invitation`);
  const answer = await fetch(`${url}/api/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-caly-client': 'web' },
    body: JSON.stringify({ token: link.url.split('#')[1], name: `E2E ${role}`, password: who.password }),
  });
  if (!answer.ok) throw new Error(`invitation: ${answer.status} ${await answer.text()}`);
  keep(url, who.email, answer);
  return who;
}

/** A session is one server's: a test may have started its own. */
function jarOf(url, email) {
  return join(stateDir(), `${new URL(url).port}-${email}.json`);
}

let ownState;
function stateDir() {
  ownState ??= process.env.CALY_E2E_STATE ?? mkdtempSync(join(tmpdir(), 'caly-e2e-state-'));
  return ownState;
}

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
