import { readFileSync } from 'node:fs';

const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds on a page as it is now, or in a part of it, WCAG 2.2 AA; one
 * line for each rule. */
export async function violations(page, part) {
  // Over the debugger's wire: the page's own CSP would refuse a script element.
  await page.evaluate(AXE);
  const found = await page.evaluate(
    ([tags, part]) => globalThis.axe.run(part ?? document, { runOnly: tags }),
    [TAGS, part],
  );
  return found.violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join(' | ')}`,
  );
}
