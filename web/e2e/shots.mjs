// `make shots`: every route with data, without, and when its answers fail; light,
// dark and on a phone, into web/shots. Two of them are the README's.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { apiAs, CLINIC, OWNER, settled, startServer, world } from './harness.mjs';
import { lookerOf, pathOf, ROUTES, routeName } from './routes.mjs';

const LOOKS = [
  { look: 'light', theme: 'light', width: 1440, height: 900 },
  { look: 'dark', theme: 'dark', width: 1440, height: 900 },
  { look: 'phone', theme: 'light', width: 390, height: 844 },
];
/** What the frame needs, without which there is no page to fail. */
const FRAME = ['/api/auth/me', '/api/events'];
const AWAY = {
  type: 'about:blank',
  title: 'Service Unavailable',
  status: 503,
  code: 'database_away',
  detail: 'The database does not answer. Nothing is lost; try again in a moment.',
};

const out = new URL('../shots', import.meta.url).pathname;
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const server = await startServer();
process.env.CALY_URL = server.url;
const here = await world();

/** A rehearsed caller. */
const rehearse = (api, script) => api('POST', '/api/rehearsals', { script });

/** As soon as `look` answers with a truth; a picture without it would show less
 * than it says. */
async function until(what, look) {
  for (let tries = 0; tries < 240; tries += 1) {
    if (await look()) return;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error(`${what} did not come in two minutes`);
}

const count = async (api) => (await api('GET', '/api/dashboard')).calls.value;

/** The history ends yesterday: a message that waits, a key, a booking, and a few
 * callers of today, one of them still on the line. */
async function fill() {
  const shop = await apiAs(server.url, OWNER);
  const clinic = await apiAs(server.url, CLINIC);
  await rehearse(clinic, 'appointment_book');
  // Nobody is there: who asks for a person leaves a message.
  const weekday = ((new Date().getUTCDay() + 3) % 7) + 1;
  await shop('PUT', '/api/rules', { hours: [{ weekday, from_min: 600, to_min: 1080 }] });
  await rehearse(shop, 'person');
  await until('a message', async () => (await shop('GET', '/api/tasks?state=open')).tasks.length > 0);
  await shop('PUT', '/api/rules', {});
  await shop('POST', '/api/api-keys', { name: 'Data warehouse', role: 'supervisor' });
  await until('a booking', async () => (await count(clinic)) > 0);
  const before = await count(shop);
  const callers = ['order_keypad', 'order', 'return', 'person'];
  for (const script of callers) await rehearse(shop, script);
  await until('the callers of today', async () => (await count(shop)) >= before + callers.length - 1);
}

async function picture(route, { look, ...size }, failing) {
  const page = await here.page({ as: lookerOf(route), ...size });
  if (failing) {
    await page.route('**/api/**', (ask) => {
      const kept = FRAME.includes(new URL(ask.request().url()).pathname);
      return kept ? ask.continue() : ask.fulfill({ status: 503, json: AWAY });
    });
  }
  await page.goto(await pathOf(here, route));
  await settled(page);
  const name = `${routeName(route)}${failing ? '-error' : ''}-${look}`;
  await page.screenshot({ path: `${out}/${name}.png` });
  await page.context().close();
}

await fill();
let pictures = 0;
for (const look of LOOKS) {
  for (const route of ROUTES) {
    // Its own states (nothing found, another step) fail as the page itself does.
    const own = !route.name || ['call', 'member'].includes(route.name);
    const states = route.as && own ? [false, true] : [false];
    for (const failing of states) await picture(route, look, failing);
    pictures += states.length;
  }
}
for (const look of ['light', 'dark']) {
  copyFileSync(`${out}/overview-${look}.png`, new URL(`../../docs/app-${look}.png`, import.meta.url));
}
await here.close();
await server.close();
console.log(`${pictures} pictures in ${out}`);
