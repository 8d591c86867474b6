import type { Browser, Page } from 'playwright-core';
import { SpotlightClient } from 'spotlight-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.ts';
import { hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

describe.skipIf(!hasChromium)('the studio', () => {
  let studio: OpenStudio;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let broken: string[];
  beforeAll(async () => {
    studio = await openStudio({});
    ({ server, browser, page, broken } = studio);
  });
  afterAll(() => studio.close());
  beforeEach(async () => {
    await page.goto('about:blank');
    broken.length = 0;
    await page.goto(`${server.url}/`);
    await page.waitForSelector('#matrix');
  });

  const word = (text: string) => page.locator('.word', { hasText: new RegExp(`^${text}$`) });
  /** The numbers below the words, in their order. */
  const numbers = () => page.locator('.sentence .marks text').allTextContents();
  const weight = () => page.locator('.weight').textContent();
  const fragment = () => new URL(page.url()).hash;

  it('lets the mat glow before any click, with the number of the service', async () => {
    const client = new SpotlightClient({ baseUrl: server.url });
    const { focus } = await client.text({ text: 'The cat sat on the mat', focus: 'sat' });
    const of = new Map(focus.looks_at.map(({ index, weight }) => [index, weight.toFixed(2)]));
    await expect.poll(numbers).toEqual([0, 1, 3, 4, 5].map((index) => of.get(index)));
    await expect.poll(weight).toBe(focus.looks_at[0].weight.toFixed(4));
    // GloVe's own arithmetic, see docs/text.md.
    expect(await weight()).toBe('0.6277');
    await expect.poll(() => page.locator('.sentence ellipse').count()).toBe(5);
    expect(broken).toEqual([]);
  });

  it('shows what the pointer is on, and comes back to what is locked', async () => {
    await word('cat').hover();
    await expect.poll(() => page.locator('.pair .label').textContent()).toMatch(/^cat → /);
    await page.mouse.move(640, 20);
    await expect.poll(() => page.locator('.pair .label').textContent()).toBe('sat → mat');
    await expect.poll(fragment).toBe('');
  });

  it('locks by a click, adds with shift, and goes Back', async () => {
    await word('cat').click();
    await expect.poll(fragment).toBe('#locked=1');
    await word('mat').click({ modifiers: ['Shift'] });
    await expect.poll(fragment).toBe('#locked=1+5');
    await expect.poll(() => word('mat').getAttribute('aria-pressed')).toBe('true');
    await page.goBack();
    await expect.poll(fragment).toBe('#locked=1');
    await page.goBack();
    await page.mouse.move(640, 20);
    await expect.poll(() => page.locator('.pair .label').textContent()).toBe('sat → mat');
  });

  it('is worked by the keyboard alone', async () => {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await expect.poll(fragment).toBe('#locked=1');
    await page.keyboard.press(']');
    await expect.poll(fragment).toBe('#heads=position&locked=1');
    await page.keyboard.press('Escape');
    await expect.poll(fragment).toBe('#heads=position&locked=');
    await page.keyboard.press('?');
    await expect.poll(() => page.locator('dialog').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await expect.poll(() => page.locator('.tables table').isVisible()).toBe(true);
  });

  it('shows the same in the matrix, which a click looks into', async () => {
    const box = await page.locator('#matrix').boundingBox();
    if (box === null) throw new Error('there is no matrix');
    // The last row and column: a masked cell; the one to its left: “mat” looks at “the”.
    await page.mouse.click(box.x + box.width - 1.5 * (box.width / 7), box.y + box.height - 5);
    await expect.poll(fragment).toMatch(/^#locked=5&pair=5\+[34]$/);
  });

  it('follows a link and what is typed', async () => {
    await page.goto(`${server.url}/#text=red+blue&locked=0`);
    await expect.poll(() => page.locator('.word').allTextContents()).toEqual(['red', 'blue']);
    await page.locator('textarea').fill('red blue green');
    await expect.poll(() => page.locator('.word').allTextContents()).toEqual(['red', 'blue', 'green']);
    await expect.poll(fragment).toBe('#text=red+blue+green&locked=0');
    await page.goBack();
    await expect.poll(() => page.locator('.word').allTextContents()).toEqual(['red', 'blue']);
  });

  it('may open the step stream', async () => {
    const opened = await page.evaluate(
      `new Promise((resolve) => {
        const socket = new WebSocket(location.origin.replace('http', 'ws') + '/attention/stream', 'spotlight.v1');
        socket.onopen = () => { resolve(true); socket.close(1000); };
        socket.onerror = () => resolve(false);
      })`,
    );
    expect(opened).toBe(true);
  });

  it('says the sentence before of a picture that is still in sight, and takes along that one', async () => {
    await expect.poll(() => page.title()).toBe('The cat sat on the mat · Sentence · Spotlight');
    await page.waitForSelector('.lines li');
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/attention/text', async (route) => {
      await held;
      await route.continue();
    });
    await page.locator('textarea').fill('red blue green');
    await expect
      .poll(() => page.locator('.of-before').textContent())
      .toBe('Still in sight: the answer before, of “The cat sat on the mat”.');
    // The arithmetic of other words says nothing.
    await expect.poll(() => page.locator('.arithmetic').count()).toBe(0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the numbers as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('spotlight-the-cat-sat-on-the-mat.csv');
    answer();
    await expect.poll(() => page.locator('.word').allTextContents()).toEqual(['red', 'blue', 'green']);
    await expect.poll(() => page.locator('.of-before').count()).toBe(0);
    await page.unroute('**/attention/text');
  });

  it('stays whole when the last answer has none of the picked heads', async () => {
    await page.goto(`${server.url}/#heads=previous-token+syntax-code&combine=max&mode=cross`);
    await expect.poll(() => page.locator('.words').count()).toBe(2);
    await page.getByRole('radio', { name: 'itself' }).check();
    await expect.poll(() => page.locator('.words').count()).toBe(1);
    await expect.poll(() => page.locator('.of-before').count()).toBe(0);
    expect(broken).toEqual([]);
  });

  it('lets the words of two sentences be pointed at, of either', async () => {
    await page.goto(`${server.url}/#text=Hello+world&mode=cross&vectors=bilingual-example`);
    await expect.poll(() => page.locator('.words').count()).toBe(2);
    for (const word of ['Bonjour', 'Hello']) {
      await page.getByRole('button', { name: word, exact: true }).hover();
      await expect.poll(() => page.locator('.word.is-source').allTextContents()).toEqual([word]);
    }
  });

  it('closes a dialog by Escape, which lets no word go', async () => {
    await page.evaluate(
      "navigator.clipboard?.writeText && (navigator.clipboard.writeText = () => Promise.reject('no'))",
    );
    await page.keyboard.press('l');
    await page.locator('dialog[open] textarea').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog[open]').count()).toBe(0);
    expect(fragment()).toBe('');
  });

  it('asks nothing of a sentence that no view shows', async () => {
    const asked: string[] = [];
    const note = (request: { url(): string }) => {
      if (request.url().endsWith('/attention/text')) asked.push(request.url());
    };
    page.on('request', note);
    await page.goto('about:blank');
    await page.goto(`${server.url}/#view=lesson&heads=semantic+position&combine=mean`);
    await page.waitForSelector('.lesson h2');
    expect(asked).toEqual([]);
    page.off('request', note);
  });

  it('is worked by a finger: words are added, and bars told', async () => {
    const touched = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const phone = await touched.newPage();
    await phone.goto(`${server.url}/`);
    await phone.waitForSelector('.lines li');
    const tap = async (target: ReturnType<Page['locator']>, part = 0.5) => {
      await target.scrollIntoViewIfNeeded();
      const box = await target.boundingBox();
      if (box === null) throw new Error('there is nothing to tap');
      await phone.touchscreen.tap(box.x + part * box.width, box.y + box.height / 2);
    };
    const locked = () => new URL(phone.url()).hash;
    const own = (text: string) => phone.locator('.word', { hasText: new RegExp(`^${text}$`) });
    await tap(own('cat'));
    await expect.poll(locked).toBe('#locked=1');
    await tap(phone.getByRole('button', { name: 'several words' }));
    await tap(own('mat'));
    await expect.poll(locked).toBe('#locked=1+5');
    await tap(own('cat'));
    await expect.poll(locked).toBe('#locked=5');
    const bars = phone.getByRole('slider', { name: 'q times k, number by number' });
    await tap(bars, 0.305);
    await expect.poll(() => bars.getAttribute('aria-valuenow')).toBe('31');
    expect(await phone.locator('.arithmetic .told .number').first().textContent()).toBe('31');
    await touched.close();
  });

  it('fits a phone', async () => {
    const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true })).newPage();
    await phone.goto(`${server.url}/`);
    await phone.waitForSelector('#matrix');
    expect(await phone.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
    await phone.close();
  });
});
