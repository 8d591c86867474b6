/** The pages under a prefix, as a gateway that cuts it off lets them be seen. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../http/serving.ts';
import { complaintsOf, hasChromium, launchChromium } from './chromium.ts';

describe.skipIf(!hasChromium)('under a prefix', () => {
  let serving: Serving;
  let at: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let broken: string[];
  beforeAll(async () => {
    serving = await serve({ basePath: '/attention-service' });
    at = `${serving.url}/attention-service`;
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  afterAll(async () => {
    await browser.close();
    await serving.app.close();
  });
  beforeEach(async () => {
    await page?.close();
    page = await context.newPage();
    // Nothing is asked for beside it.
    broken = complaintsOf(page, at);
  });

  it('the studio shows its sentence, whose address has the slash', async () => {
    await page.goto(at);
    await page.waitForSelector('#matrix');
    expect(page.url()).toBe(`${at}/`);
    expect(broken).toEqual([]);
  });

  it('its film runs', async () => {
    await page.goto(`${at}/#view=steps`);
    await page.waitForSelector('#matrix');
    await expect.poll(() => page.locator('.player .count').textContent()).toMatch(/^\d+ \/ \d+$/);
    expect(broken).toEqual([]);
  });

  it('its request can be taken along', async () => {
    await page.goto(`${at}/`);
    await page.waitForSelector('#matrix');
    await page.getByLabel('Copy as curl').click();
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toMatch(`curl -s '${at}/attention/text' `);
    expect(broken).toEqual([]);
  });

  it('the documentation shows every route, and asks where it is', async () => {
    await page.goto(`${at}/docs`);
    await page.locator('#operations-operations-info .opblock-summary-control').click();
    await page.locator('#operations-operations-info button.execute').click();
    const url = page.locator('#operations-operations-info .request-url pre');
    await expect.poll(() => url.textContent()).toBe(`${at}/info`);
    await expect
      .poll(() => page.locator('#operations-operations-info .live-responses-table').textContent())
      .toContain('"spotlight"');
    await page.locator('nav a', { hasText: 'Errors' }).click();
    await page.waitForURL(`${at}/docs/errors`);
    expect(broken.filter((one) => !one.startsWith('data:'))).toEqual([]);
  });
});
