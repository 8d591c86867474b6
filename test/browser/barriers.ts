import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What bars somebody, and where: by the rules with these tags, or by those that axe has on. */
export async function barriers(page: Page, tags?: readonly string[]): Promise<string[]> {
  // Evaluated and not added as a script, which the page's policy forbids.
  if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly: tags, resultTypes: ['violations'] });
  const { violations }: AxeResults = await page.evaluate(`axe.run(document, ${options})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}
