// `make bench BENCH="--only pages"` starts this on a server with a grown client:
// how long each page takes until it can be used, and what the browser's main
// thread is busy with while somebody types. One JSON line a figure.
import { findBrowser, OWNER, world } from './harness.mjs';
import { lookerOf, pathOf, ROUTES, routeName } from './routes.mjs';

const INTERACTIVE_MS = 1_000;
const TASK_MS = 50;
/** So long nothing may move before a page counts as finished. */
const QUIET_MS = 400;
/** Between two letters: 12 a second is a fast typist. */
const LETTER_MS = 80;

if (!findBrowser()) throw new Error('no Chromium: apt-get install chromium, or set CHROMIUM');
const repeats = Number(process.env.CALY_REPEATS ?? 3);
const only = process.argv.slice(2);
const here = await world();

function tell(what, values, bar, over) {
  console.log(JSON.stringify({ what, values, bar, over }));
}

/** Runs in the page before its own code: when was the content there, when was
 * the last answer that it asked for, when did the last long task end. */
function watchPage() {
  const seen = { content: 0, answered: 0, long: 0, longest: 0, open: 0 };
  globalThis.__seen = seen;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) {
      seen.long = Math.max(seen.long, task.startTime + task.duration);
      seen.longest = Math.max(seen.longest, task.duration);
    }
  }).observe({ type: 'longtask', buffered: true });
  const ask = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    seen.open += 1;
    try {
      return await ask(...args);
    } finally {
      seen.open -= 1;
      seen.answered = performance.now();
    }
  };
  const look = () => {
    const there =
      document.querySelector('h1') && !document.querySelector('[role=status][aria-label=Loading]');
    if (!there) seen.content = 0;
    else if (seen.content === 0) seen.content = performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** ms from the navigation's start until the page is drawn, all that it asked
 * for was answered, and no long task keeps it from answering; and its longest
 * task. */
async function opened(path, as) {
  const page = await here.page({ as, traced: false });
  await page.addInitScript(watchPage);
  await page.goto(path);
  const figures = await page.waitForFunction((quiet) => {
    const { content, answered, long, longest, open } = globalThis.__seen;
    const ready = Math.max(content, answered, long);
    return content > 0 && open === 0 && performance.now() - ready > quiet && { ready, longest };
  }, QUIET_MS);
  const value = await figures.jsonValue();
  await page.context().close();
  return value;
}

async function openEverything() {
  const call = process.env.CALY_CALL;
  const routes = [
    ...ROUTES,
    ...(call ? [{ path: `/calls/${call}`, as: 'owner', name: 'call-300-turns' }] : []),
  ];
  for (const route of routes) {
    const name = routeName(route);
    if (only.length > 0 && !only.some((part) => name.includes(part))) continue;
    const times = [];
    let longest = 0;
    for (let run = 0; run < repeats; run += 1) {
      const figures = await opened(await pathOf(here, route), lookerOf(route));
      times.push(figures.ready);
      longest = Math.max(longest, figures.longest);
    }
    tell(`page ${name}, interactive`, times, INTERACTIVE_MS, `longest task ${Math.round(longest)} ms`);
  }
}

/** Tasks of the page's main thread while `act` runs, ms: as the clock saw the
 * longest, and the CPU time that the longest really used. */
async function tasksWhile(page, act) {
  await here.browser.startTracing(page, {
    categories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'],
  });
  await act();
  const { traceEvents: events } = JSON.parse((await here.browser.stopTracing()).toString());
  const mains = new Set(
    events
      .filter((one) => one.name === 'thread_name' && one.args?.name === 'CrRendererMain')
      .map((one) => `${one.pid} ${one.tid}`),
  );
  const tasks = events.filter(
    (one) => one.name.endsWith('RunTask') && one.ph === 'X' && mains.has(`${one.pid} ${one.tid}`),
  );
  if (tasks.length === 0) throw new Error('the trace holds no task of the page');
  const most = (field) => Math.max(...tasks.map((one) => one[field] ?? 0)) / 1000;
  return { wall: most('dur'), cpu: most('tdur') };
}

const slowly = { delay: LETTER_MS };
const clear = async (page, letters) => {
  for (let n = 0; n < letters; n += 1) await page.keyboard.press('Backspace', slowly);
};
async function type(page, words) {
  await page.keyboard.type(words, slowly);
  await clear(page, words.length);
  // What the URL and the list still make of it.
  await page.waitForTimeout(600);
}

/** What is typed into, page by page: how to get there, then the run itself. */
const RUNS = [
  ['team', '/team', (page) => page.getByRole('searchbox').click(), (page) => type(page, 'Nisha Mehta')],
  ['agents', '/agents', (page) => page.getByRole('searchbox').click(), (page) => type(page, 'order status')],
  [
    'people',
    '/settings/people',
    (page) => page.getByRole('searchbox').click(),
    (page) => type(page, 'Nisha Mehta'),
  ],
  [
    'calls, its member',
    '/calls',
    (page) => page.getByRole('combobox', { name: 'Member' }).click(),
    (page) => type(page, 'Nisha Mehta'),
  ],
  ['palette', '/', (page) => page.keyboard.press('Control+k'), (page) => type(page, 'Nisha Mehta')],
  [
    'tasks, its four tabs',
    '/tasks',
    async () => {},
    async (page) => {
      for (const name of ['Claimed', 'Expired', 'Done', 'Open']) {
        await page.getByRole('tab', { name, exact: true }).click();
        await page.waitForTimeout(500);
      }
    },
  ],
];

async function typeEverywhere() {
  for (const [name, path, begin, act] of RUNS) {
    if (only.length > 0 && !only.some((part) => `typing in ${name}`.includes(part))) continue;
    const [wall, cpu] = [[], []];
    for (let run = 0; run < repeats; run += 1) {
      const page = await here.page({ as: OWNER, traced: false });
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(1_500);
      await begin(page);
      await page.waitForTimeout(500);
      const longest = await tasksWhile(page, () => act(page));
      wall.push(longest.wall);
      cpu.push(longest.cpu);
      await page.context().close();
    }
    const busy = `its CPU ${Math.round(Math.max(...cpu))} ms at most`;
    tell(`typing in ${name}, longest task`, wall, TASK_MS, busy);
  }
}

await openEverything();
await typeEverywhere();
await here.close();
