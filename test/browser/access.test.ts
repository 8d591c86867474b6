/** Pages of a server whose keys are on, in a real browser: a page that has a key, and the studio, which has none. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, type Keyed, serveKeyed, startRun } from '../access/keyed.ts';
import { hasChromium, launchChromium } from './chromium.ts';

/** What a page does with its key, as docs/access.md shows it. */
const SCRIPT = `
window.ticket = async (key) =>
  (await (await fetch('/tickets', { method: 'POST', headers: { authorization: 'Bearer ' + key } })).json()).ticket;
window.events = (address) => new Promise((resolve) => {
  const seen = [];
  const source = new EventSource(address);
  for (const name of ['started', 'step', 'done']) source.addEventListener(name, () => seen.push(name));
  source.addEventListener('done', () => { source.close(); resolve(seen); });
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) resolve('refused'); };
});
window.dial = (address) => new Promise((resolve) => {
  const socket = new WebSocket(address, 'spotlight.v1');
  socket.onopen = () => socket.send('{"type":"hello"}');
  socket.onmessage = ({ data }) => { resolve(JSON.parse(data).type); socket.close(); };
  socket.onclose = ({ code, reason }) => resolve(code + ' ' + reason);
});
`;

describe.skipIf(!hasChromium)('where keys are on', () => {
  let keyed: Keyed;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    keyed = await serveKeyed({ logLevel: 'silent' });
    browser = await launchChromium();
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  });
  afterAll(async () => {
    await browser.close();
    await keyed.app.close();
  });

  it('an EventSource and a WebSocket of a page come in with a ticket each, once', async () => {
    const { all } = keyed.keys;
    const run = await startRun(keyed.url, bearer(all));
    await page.goto(`${keyed.url}/docs/errors`);
    await page.evaluate(SCRIPT);
    const events = await page.evaluate(`ticket('${all}').then(async (t) => {
      const address = '/runs/${run}/events?ticket=' + t;
      return [await events(address), await events(address)];
    })`);
    expect(events).toEqual([['started', ...Array.from({ length: 7 }, () => 'step'), 'done'], 'refused']);
    const streams = await page.evaluate(`ticket('${all}').then(async (t) => {
      const address = '${keyed.url.replace('http', 'ws')}/attention/stream?ticket=' + t;
      return [await dial(address), await dial(address)];
    })`);
    expect(streams).toEqual(['welcome', '4401 the ticket is unknown, was used, or is older than 30 seconds']);
  });

  it('the studio loads, and says in words why it shows nothing', async () => {
    await page.goto(`${keyed.url}/`);
    await expect.poll(() => page.locator('body').textContent()).toContain('Authorization: Bearer');
  });
});
