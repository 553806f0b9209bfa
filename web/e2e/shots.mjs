// `make shots`: every route, light, dark and on a phone, into web/shots; two of
// them are the README's.
import { copyFileSync, mkdirSync } from 'node:fs';
import { apiAs, OWNER, settled, startServer, world } from './harness.mjs';
import { lookerOf, ROUTES, routeName } from './routes.mjs';

const out = new URL('../shots', import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const server = await startServer();
process.env.CALY_URL = server.url;
const here = await world();
// The history ends yesterday: a few callers of today, so that today is not empty,
// one of them still on the line.
const api = await apiAs(server.url, OWNER);
const callers = ['order_keypad', 'order', 'return', 'person'];
for (const script of callers) await api('POST', '/api/rehearsals', { script });
for (let tries = 0; tries < 240; tries += 1) {
  const { calls } = await api('GET', '/api/dashboard');
  if (calls.value >= callers.length - 1) break;
  await new Promise((done) => setTimeout(done, 1_000));
}
const looks = [
  { look: 'light', theme: 'light', width: 1440, height: 900 },
  { look: 'dark', theme: 'dark', width: 1440, height: 900 },
  { look: 'phone', theme: 'light', width: 390, height: 844 },
];
for (const { look, ...size } of looks) {
  for (const route of ROUTES) {
    const page = await here.page({ as: lookerOf(route), ...size });
    await page.goto(route.path);
    await settled(page);
    await page.screenshot({ path: `${out}/${routeName(route)}-${look}.png` });
    await page.context().close();
  }
}
// The README's two.
for (const look of ['light', 'dark']) {
  copyFileSync(`${out}/overview-${look}.png`, new URL(`../../docs/app-${look}.png`, import.meta.url));
}
await here.close();
await server.close();
console.log(`${looks.length * ROUTES.length} pictures in ${out}`);
