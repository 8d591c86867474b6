import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { SpotlightClient } from 'spotlight-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { hasChromium, launchChromium } from './chromium.ts';

const TEXT = 'The cat sat on the mat';

/** Once it is loaded, a page needs the network for nothing but what the server computes. */
describe.skipIf(!hasChromium)('the studio without a network', () => {
  let server: RunningServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What the page asked for in vain since the network is gone. */
  let missed: string[];
  beforeAll(async () => {
    server = await startServer({ WORKERS: '1' });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    expect(await server.stop()).toBe(0);
  });
  beforeEach(async () => {
    await context?.close();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    await page.goto(`${server.url}/`);
    await page.waitForSelector('.lines li');
    await page.waitForLoadState('networkidle');
    await context.setOffline(true);
    missed = [];
    // What the browser has kept is asked for and does not fail.
    page.on('requestfailed', (request) => missed.push(new URL(request.url()).pathname));
  });

  it('shows, picks and points at all that is there, in both themes, large and small, and as tables', async () => {
    const client = new SpotlightClient({ baseUrl: server.url });
    const [{ weight }] = (await client.text({ text: TEXT, heads: ['position'], focus: 'sat' })).focus.looks_at;
    await page.locator('.word', { hasText: 'mat' }).hover();
    await expect.poll(() => page.locator('.pair .label').first().textContent()).toMatch(/^mat → /);
    await page.getByRole('button', { name: 'position' }).click();
    await expect.poll(() => page.locator('.pair .weight').textContent()).toBe(weight.toFixed(4));
    await page.getByRole('button', { name: /^(Light|Dark) theme$/ }).click();
    for (const key of ['t', 'p', '?']) await page.keyboard.press(key);
    await page.locator('dialog[open] button').click();
    expect(await page.locator('.tables table').first().isVisible()).toBe(true);
    await page.goBack();
    await expect.poll(() => new URL(page.url()).hash).not.toContain('stage');
    expect(missed).toEqual([]);
  });

  it('saves pictures and numbers', async () => {
    const saved = async (name: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
      return readFile(await download.path());
    };
    expect(PNG.sync.read(await saved('Save as PNG')).width).toBeGreaterThan(800);
    expect((await saved('Save as SVG')).toString('utf8')).toContain('0.63');
    expect((await saved('Save the numbers as CSV')).toString('utf8')).toContain('0.6277');
    expect(missed).toEqual([]);
  });

  it('opens every view and says what it waits for, and each goes on when the network is back', async () => {
    const views = page.getByRole('navigation', { name: 'Views' }).getByRole('link');
    await views.filter({ hasText: 'Lesson' }).click();
    await expect.poll(() => page.locator('.lesson .notice').textContent()).toContain('The service does not answer.');
    await views.filter({ hasText: 'Steps' }).click();
    await expect.poll(() => page.locator('.film .notice').textContent()).toContain('The connection is lost.');
    await views.filter({ hasText: 'Sentence' }).click();
    await page.waitForSelector('#matrix');
    expect(await page.locator('.weight').textContent()).toBe('0.6277');
    await page.keyboard.press('/');
    await page.keyboard.type('steps');
    await page.keyboard.press('Enter');
    await context.setOffline(false);
    await expect.poll(() => page.locator('.player .count').textContent(), { timeout: 60_000 }).toBe('1 / 8');
    await views.filter({ hasText: 'Lesson' }).click();
    await page.locator('article h2').waitFor({ timeout: 60_000 });
    // No part of the page was loaded late.
    expect(missed.filter((path) => path.startsWith('/assets'))).toEqual([]);
  });
});
