// The budget of what a browser loads, in kB of gzip: the entry with everything
// that it imports at once, every route beyond that, the styles.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = { entry: 140, later: 80, route: 40, chartRoute: 60, css: 15 };
const dist = new URL('../dist', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(`${dist}/.vite/manifest.json`, 'utf8'));
const kb = (file) => gzipSync(readFileSync(`${dist}/${file}`), { level: 9 }).length / 1000;

/** All chunks that come at once with a chunk. */
function closure(key, seen = new Set()) {
  if (seen.has(key) || !manifest[key]) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

/** Files that wait for each other run in an order that nobody wrote. */
function refuseCycles(key, above = []) {
  if (above.includes(key)) throw new Error(`files import each other: ${[...above, key].join(' → ')}`);
  for (const next of manifest[key]?.imports ?? []) refuseCycles(next, [...above, key]);
}
for (const key of Object.keys(manifest)) refuseCycles(key);

const sum = (keys) => [...keys].reduce((total, key) => total + kb(manifest[key].file), 0);
const entry = closure(Object.keys(manifest).find((key) => manifest[key].isEntry));
// The frame comes with every page behind the login, so it belongs to no route:
// first itself, then, after the first paint, its menus and dialogs.
const frame = new Set(entry);
const grow = (pattern) => {
  for (const key of Object.keys(manifest))
    if (pattern.test(key)) for (const one of closure(key)) frame.add(one);
  return sum(frame);
};
const atEntry = sum(entry);
const painted = grow(/src\/routes\/_app\.tsx\?/);
const complete = grow(/src\/(app\/(account-menu|session-keeper)|ui\/toast)\.tsx/);
const rows = [
  ['entry', atEntry, BUDGET.entry],
  ['frame', painted - atEntry, BUDGET.route],
  ['frame after first paint', complete - painted, BUDGET.later],
];
for (const key of Object.keys(manifest).filter((k) =>
  /src\/routes\/(?!_app\.tsx).*\?tsr-split=component/.test(k),
)) {
  const base = key.includes('/_app/') ? frame : entry;
  const own = [...closure(key)].filter((one) => !base.has(one));
  const charts = own.some((one) => readFileSync(`${dist}/${manifest[one].file}`, 'utf8').includes('visx-'));
  rows.push([key.replace(/^src\/routes\/|\?.*$/g, ''), sum(own), charts ? BUDGET.chartRoute : BUDGET.route]);
}
const css = readdirSync(`${dist}/assets`).filter((file) => file.endsWith('.css'));
rows.push(['css', css.reduce((total, file) => total + kb(`assets/${file}`), 0), BUDGET.css]);

let over = false;
for (const [name, size, most] of rows) {
  const bad = size > most;
  over ||= bad;
  console.log(`${bad ? 'OVER ' : '     '}${name.padEnd(28)} ${size.toFixed(1).padStart(7)} of ${most} kB`);
}
process.exit(over ? 1 : 0);
