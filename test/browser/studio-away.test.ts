/** The server is taken away from a page, and comes back: the page says so, and goes on by itself. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, type RunningServer, startServer } from '../server.ts';
import { hasChromium, launchChromium } from './chromium.ts';

/** On a busy machine a server takes a while to start, and a page up to four seconds until it asks again. */
const SLOW = { timeout: 60_000 };
/** Has a page note what it says of a film from now on: half a second is soon over, where others are busy. */
const NOTE_NOTICES = `
  window.notices = [];
  new MutationObserver(() => window.notices.push(document.querySelector('.film .notice')?.textContent ?? '')).observe(
    document.body,
    { subtree: true, childList: true, characterData: true },
  );
`;

describe.skipIf(!hasChromium)('a page whose server is killed', { timeout: 180_000 }, () => {
  let browser: Browser;
  let port: string;
  let server: RunningServer;
  beforeAll(async () => {
    browser = await launchChromium();
    port = await freePort();
    server = await startServer({ WORKERS: '1', PORT: port });
  });
  afterAll(async () => {
    await browser.close();
    expect(await server.stop()).toBe(0);
  });

  async function open(fragment: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${server.url}/${fragment}`);
    return page;
  }
  const take = () => process.kill(server.pid, 'SIGKILL');
  const giveBack = async () => {
    server = await startServer({ WORKERS: '1', PORT: port });
  };
  const textOf = (page: Page, selector: string) => () => page.locator(selector).first().textContent();

  it('keeps the sentence before in sight, says that the service is away, and answers when it is back', async () => {
    const page = await open('');
    const words = () => page.locator('.word').allTextContents();
    await page.waitForSelector('.lines li');
    take();
    await page.locator('.rail textarea').first().fill('red blue green');
    await expect.poll(textOf(page, '.above .notice'), SLOW).toContain('The service does not answer.');
    expect(await words()).toEqual(['The', 'cat', 'sat', 'on', 'the', 'mat']);
    expect(await page.locator('.of-before').textContent()).toContain('“The cat sat on the mat”');
    await giveBack();
    await expect.poll(words, SLOW).toEqual(['red', 'blue', 'green']);
    // The run that tells the numbers of a pair as well.
    await expect.poll(textOf(page, '.arithmetic > .label'), SLOW).toMatch(/^green → /);
    await expect.poll(textOf(page, '.above .notice')).toBe('');
    await page.close();
  });

  it('says so beside the numbers of a pair, too', async () => {
    const page = await open('');
    await page.waitForSelector('.lines li');
    take();
    await page.locator('.word', { hasText: 'cat' }).click();
    await expect.poll(textOf(page, '.arithmetic .notice'), SLOW).toContain('The service does not answer.');
    await giveBack();
    await expect.poll(textOf(page, '.arithmetic > .label'), SLOW).toMatch(/^cat → /);
    await expect.poll(() => page.locator('.arithmetic .notice').count()).toBe(0);
    await page.close();
  });

  it('says so in the lesson, and opens the page when it is back', async () => {
    const page = await open('#view=lesson&lesson=sat-on-the-mat');
    await page.waitForSelector('article h2');
    take();
    await page.keyboard.press('n');
    await expect.poll(textOf(page, '.lesson .notice'), SLOW).toContain('The service does not answer.');
    expect(await page.locator('article').count()).toBe(0);
    // Pages that were open are still here.
    await page.keyboard.press('b');
    await expect.poll(textOf(page, 'article h2')).toBe('What “sat” looks at, in three steps');
    await page.keyboard.press('n');
    await giveBack();
    await expect.poll(textOf(page, 'article h2'), SLOW).toBe('Self-attention: who is sleeping?');
    await page.close();
  });

  it('says so of a film, and goes on to its end', async () => {
    const page = await open('#view=steps&detail=row&heads=semantic+position&speed=20');
    await page.waitForSelector('#matrix');
    const count = async () => Number.parseInt((await page.locator('.player .count').textContent()) ?? '', 10);
    const notice = textOf(page, '.film .notice');
    await page.keyboard.press(' ');
    await expect.poll(count).toBeGreaterThan(5);
    take();
    await expect.poll(notice, SLOW).toContain('The connection is lost');
    expect(await count()).toBeLessThan(76);
    // What was seen can be gone back to meanwhile.
    await page.evaluate(NOTE_NOTICES);
    await giveBack();
    await expect
      .poll(() => page.evaluate<string[]>('window.notices'), SLOW)
      .toContainEqual(expect.stringContaining('it began the run again'));
    await expect.poll(count, SLOW).toBe(76);
    // Ten steps on it need no more be said.
    await expect.poll(notice).toBe('');
    await page.close();
  });
});
