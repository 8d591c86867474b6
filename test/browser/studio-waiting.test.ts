import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { hasChromium, launchChromium } from './chromium.ts';

/** In the page: keeps what its notices show, and what they have read out. */
const NOTE = `
const [seen, told] = [new Set(), new Set()];
window.texts = () => ({ seen: [...seen], told: [...told] });
new MutationObserver(() => {
  for (const span of document.querySelectorAll('.notice > span'))
    (span.ariaHidden === 'true' ? seen : told).add(span.textContent);
}).observe(document, { childList: true, characterData: true, subtree: true });
`;

describe.skipIf(!hasChromium)('what the studio waits for', () => {
  let server: RunningServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await startServer({ WORKERS: '1' });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    expect(await server.stop()).toBe(0);
  });

  /** A page whose requests of a path are never answered, or whose streams never begin. */
  async function held(fragment: string, path: string): Promise<Page> {
    const page = await browser.newPage();
    if (path === '/attention/stream') await page.routeWebSocket(`**${path}`, () => {});
    else await page.route(`**${path}`, () => {});
    await page.addInitScript(NOTE);
    await page.goto(`${server.url}/${fragment}`);
    return page;
  }
  const texts = (page: Page): Promise<{ seen: string[]; told: string[] }> => page.evaluate('texts()');

  it.each([
    ['of a sentence', '', '/attention/text', 'computing', 'the answer is still on its way'],
    ['of the numbers of a pair', '', '/attention/stream', 'computing', 'the answer is still on its way'],
    ['of a page of the lesson', '#view=lesson', '/examples/*', 'computing', 'the answer is still on its way'],
    ['of a diagnosis', '#view=diagnose', '/attention/diagnose', 'computing', 'the answer is still on its way'],
    ['of a film', '#view=steps', '/attention/stream', 'connecting', 'the service has not begun the film yet'],
  ])('is said second by second %s, and read out only when it is slow', async (_, fragment, path, does, slow) => {
    const page = await held(fragment, path);
    await expect.poll(async () => (await texts(page)).told).toContain(`Slow: ${slow}, after 5 s.`);
    const { seen, told } = await texts(page);
    expect(seen.filter((text) => new RegExp(`^${does}, [1-4] s$`).test(text)).length).toBeGreaterThan(0);
    expect(seen.at(-1)).toMatch(new RegExp(`^Slow: ${slow}, after \\d+ s\\.$`));
    expect(told.filter((text) => !text.startsWith('Slow'))).toEqual([`${does} …`]);
    await page.close();
  });
});
