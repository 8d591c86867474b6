import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/errors.ts';
import { CLOSE_CODES } from '../../src/stream/close-codes.ts';
import { type RunningServer, startServer } from '../server.ts';
import { complaintsOf, hasChromium, launchChromium } from './chromium.ts';

/** A small phone. */
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

describe.skipIf(!hasChromium)('the pages of the documentation', () => {
  let server: RunningServer;
  let browser: Browser;
  let phone: BrowserContext;
  let page: Page;
  /** Scripts that failed, what the policy forbade, and what another host was asked for. */
  const broken: string[] = [];
  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
    phone = await browser.newContext(PHONE);
    page = await phone.newPage();
    page.on('pageerror', (error) => broken.push(error.message));
    page.on('console', (message) => message.type() === 'error' && broken.push(message.text()));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(server.url) && !url.startsWith('data:')) broken.push(url);
    });
  });
  afterAll(async () => {
    await browser.close();
    expect(await server.stop()).toBe(0);
  });

  /** How far a page reaches beyond the side of the screen, in px. */
  const overhang = () => page.evaluate('document.documentElement.scrollWidth - window.innerWidth');

  it('show every operation, under the name of the product', async () => {
    await page.goto(`${server.url}/docs`);
    await page.waitForSelector('.opblock');
    expect(await page.title()).toContain('Spotlight');
    const shown = await page.locator('.opblock').evaluateAll((blocks) => blocks.map(({ id }) => id));
    for (const name of ['attention-attention', 'attention-textAttention', 'runs-runEvents', 'tokens-tokenize']) {
      expect(shown).toContain(`operations-${name}`);
    }
    expect(await page.locator('body').textContent()).not.toMatch(/swagger/i);
    expect(broken).toEqual([]);
  });

  it('have an icon that is a picture', async () => {
    await page.goto(`${server.url}/docs`);
    const icon = await page.locator('link[rel=icon]').getAttribute('href');
    const size = await page.evaluate(
      `new Promise((resolve, reject) => {
        const image = new Image();
        image.onload = () => resolve(image.naturalWidth);
        image.onerror = () => reject(new Error('no picture'));
        image.src = ${JSON.stringify(icon)};
      })`,
    );
    expect(size).toBeGreaterThan(0);
  });

  it('lead to each other and to both documents', async () => {
    await page.goto(`${server.url}/docs`);
    const links = await page.locator('nav a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links).toEqual(expect.arrayContaining(['/docs/errors', '/openapi.yaml', '/asyncapi.yaml']));
    await page.locator('nav a[href="/docs/errors"]').click();
    await page.waitForURL(`${server.url}/docs/errors`);
    expect(await page.locator('nav a[href="/docs"]').count()).toBe(1);
  });

  it.each(['/docs', '/docs/errors', '/docs/errors#close-4429'])('fit a phone: %s', async (path) => {
    await page.goto(server.url + path);
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate('window.innerWidth')).toBe(PHONE.viewport.width);
    expect(await overhang()).toBeLessThanOrEqual(0);
  });

  it('explain every error and every close code, with what helps', async () => {
    await page.goto(`${server.url}/docs/errors`);
    for (const code of Object.keys(ERROR_CODES)) expect(await page.locator(`#${code}`).textContent()).toContain(code);
    for (const [code, [, cure]] of Object.entries(CLOSE_CODES)) {
      const text = await page.locator(`#close-${code}`).textContent();
      expect(text).toContain(code);
      expect(text).toContain(cure);
    }
    expect(broken).toEqual([]);
  });

  it.each(['attention-attention', 'runs-runEvents'])(
    'show %s without anything that their policy forbids',
    async (name) => {
      const opened = await browser.newPage();
      const complaints = complaintsOf(opened, server.url);
      // Not every violation of a policy is said on the console.
      await opened.addInitScript(
        "addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) => console.log(violatedDirective, sample))",
      );
      await opened.goto(`${server.url}/docs`);
      await opened.locator(`#operations-${name} .opblock-summary-control`).click();
      await opened.locator(`#operations-${name} .responses-wrapper`).waitFor();
      expect(complaints.filter((complaint) => !complaint.startsWith('data:'))).toEqual([]);
      await opened.close();
    },
  );

  it('try a request and show its answer', async () => {
    await page.goto(`${server.url}/docs`);
    await page.locator('#operations-operations-live .opblock-summary-control').click();
    await page.locator('#operations-operations-live button.execute').click();
    await expect
      .poll(() => page.locator('#operations-operations-live .live-responses-table').textContent())
      .toContain('live');
    expect(broken).toEqual([]);
  });
});
