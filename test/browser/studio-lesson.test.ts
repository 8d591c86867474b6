import type { Browser, Page } from 'playwright-core';
import { SpotlightClient, type WorkedExample } from 'spotlight-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.ts';
import { hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

describe.skipIf(!hasChromium)('the lesson in the studio', () => {
  let studio: OpenStudio;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let client: SpotlightClient;
  let broken: string[];
  beforeAll(async () => {
    studio = await openStudio();
    ({ server, browser, page, broken } = studio);
    client = new SpotlightClient({ baseUrl: server.url });
  });
  afterAll(() => studio.close());
  beforeEach(async () => {
    await page.goto('about:blank');
    broken.length = 0;
  });

  const open = async (name: string) => {
    await page.goto(`${server.url}/#view=lesson&lesson=${name}`);
    await page.waitForSelector('article h2');
  };
  const title = () => page.locator('.lesson h2').textContent();
  const fragment = () => new URL(page.url()).hash;
  /** The last column of the steps beside the pictures. */
  const weights = () => page.locator('.inspector section:first-child .steps tbody td:last-child').allTextContents();

  it('is gone through by the keyboard: each page has its title, a picture, and the numbers of the service', async () => {
    const { examples } = await client.examples();
    await page.goto(`${server.url}/#view=lesson`);
    for (const { name, title: own } of examples) {
      await expect.poll(title).toBe(own);
      await expect.poll(() => page.locator('[aria-current=page]', { hasText: own }).count()).toBe(1);
      await expect
        .poll(() => page.locator('article .matrix canvas, article .words, article .reach svg').count())
        .toBeGreaterThan(0);
      const example = await client.example(name);
      await expect.poll(() => page.locator('.claims li').count()).toBe(example.comparisons.length);
      await expect
        .poll(() => page.locator('.claims .holds').allTextContents())
        .toEqual(example.comparisons.map(() => 'holds'));
      // Of 128 tokens each row says its largest weights.
      if (name !== 'code') {
        const cells = async () => {
          const shown = await page.locator('.tables table').all();
          return await Promise.all(shown.map((table) => table.locator('td:not(:empty)').allTextContents()));
        };
        await expect.poll(cells, { message: name }).toEqual(tables(example));
      }
      await page.keyboard.press('ArrowRight');
    }
    // The last page is the last.
    await expect.poll(title).toBe(examples[examples.length - 1].title);
    await expect.poll(() => page.locator('.contents .is-seen').count()).toBe(examples.length);
    await page.keyboard.press('b');
    await expect.poll(title).toBe(examples[examples.length - 2].title);
    await page.goBack();
    await expect.poll(title).toBe(examples[examples.length - 1].title);
    expect(broken).toEqual([]);
  });

  it('opens what a link names, and says so where there is no such page', async () => {
    await open('hello-monde');
    expect(await title()).toBe('Cross-attention: two languages');
    await page.goto('about:blank');
    await page.goto(`${server.url}/#view=lesson&lesson=dog-on-the-mat`);
    await expect.poll(title).toBe('There is no page “dog-on-the-mat”');
    expect(await page.locator('article').count()).toBe(0);
    await page.locator('.onward a').click();
    await expect.poll(title).toBe('A search in a library of three books');
    // The browser itself tells of an answer of 404.
    expect(broken.filter((message) => !message.includes('404'))).toEqual([]);
    broken.length = 0;
  });

  it('shows the steps of the service beside the picture', async () => {
    await open('sat-on-the-mat');
    const [{ answer }] = (await client.example('sat-on-the-mat')).requests;
    const steps = 'tokens' in answer ? answer.focus?.heads : undefined;
    const shown = async () => {
      const rows = await page.locator('.inspector section:first-child .steps tbody tr').all();
      return await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
    };
    const told = steps?.[0].looks_at.map(({ text, ...numbers }) => [
      text,
      ...[numbers.score, numbers.scaled, numbers.weight].map((number) => number.toFixed(4)),
    ]);
    await expect.poll(shown).toEqual(told);
  });

  it('opens in Sentence with the same weight', async () => {
    await open('sat-on-the-mat');
    const { requests } = await client.example('sat-on-the-mat');
    const even = requests[1].answer;
    await page.locator('.lesson-part', { hasText: 'even' }).locator('a').click();
    await expect.poll(() => page.locator('.pair .label').textContent()).toBe('sat → mat');
    await expect
      .poll(() => page.locator('.weight').textContent())
      .toBe('tokens' in even ? even.focus?.looks_at[0].weight.toFixed(4) : undefined);
    await page.locator('.bar-top a', { hasText: 'Lesson' }).click();
    await expect.poll(title).toBe('What “sat” looks at, in three steps');
  });

  it('is where Back leads from Sentence, with what was changed and picked', async () => {
    await open('sat-on-the-mat');
    await page.locator('.trial input').focus();
    await page.keyboard.press('End');
    await expect.poll(fragment).toContain('tried=temperature%3A10');
    await expect.poll(async () => Number((await weights())[0])).toBeLessThan(0.3);
    const [even, own] = [await weights(), fragment()];
    await page.getByRole('link', { name: 'Open in Sentence' }).first().click();
    await expect.poll(() => page.locator('.pair .label').first().textContent()).toContain('sat → ');
    await expect.poll(fragment).not.toContain('view=lesson');
    await page.goBack();
    await expect.poll(title).toBe('What “sat” looks at, in three steps');
    await expect.poll(fragment).toBe(own);
    await expect.poll(weights).toEqual(even);
  });

  it('forgets what the pointer was on when another page is opened', async () => {
    await open('sat-on-the-mat');
    const lit = () => page.locator('.inspector .label').first().textContent();
    const own = await lit();
    await page.locator('.word', { hasText: 'cat' }).first().hover();
    await expect.poll(lit).toContain('what “cat” looks at');
    await page.keyboard.press('n');
    await expect.poll(title).not.toBe('What “sat” looks at, in three steps');
    // Nobody tells a word that is gone that the pointer has left it.
    await page.mouse.move(640, 20);
    await page.keyboard.press('b');
    await expect.poll(lit).toBe(own);
  });

  it('asks the service for another temperature, and comes back to the example’s own', async () => {
    await open('sat-on-the-mat');
    await expect.poll(async () => (await weights())[0]).toBe('0.6277');
    const own = await weights();
    const slider = page.locator('.trial input');
    await slider.focus();
    // Each press is a step: none is rounded away.
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.trial output').textContent()).not.toBe('0.10');
    for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowRight');
    // A frame in which the last of them is drawn.
    await page.evaluate('new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))');
    const temperature = Number(await page.locator('.trial output').textContent());
    expect(temperature).toBeGreaterThan(0.1);
    const { focus } = await client.text({ text: 'The cat sat on the mat', focus: 'sat', temperature });
    await expect.poll(weights).toEqual(focus.looks_at.map(({ weight }) => weight.toFixed(4)));
    await expect.poll(fragment).toContain('tried=temperature');
    await expect
      .poll(() => page.locator('.lesson-part figcaption').first().textContent())
      .toContain(`temperature ${temperature}`);
    await page.locator('.quiet-button').click();
    await expect.poll(weights).toEqual(own);
    await page.goBack();
    await expect.poll(weights).not.toEqual(own);
  });

  it('lets scores be shifted, which changes no weight, and multiplied, which does', async () => {
    await open('myth-more-is-better');
    const output = (part: string) =>
      page.locator('figure', { hasText: part }).locator('.total td').last().textContent();
    expect([await output('shifted'), await output('scaled')]).toEqual(['[10]', '[13.0411]']);
    await page.locator('.trial input').first().focus();
    await page.keyboard.press('Home');
    await expect.poll(() => page.locator('figure', { hasText: 'shifted' }).textContent()).toContain('+ −20');
    // ⅐·0 + 2⁄7·7 + 4⁄7·14 = 10, to the digits of float32.
    await expect.poll(async () => Number((await output('shifted'))?.slice(1, -1))).toBeCloseTo(10, 4);
    await page.locator('.trial input').last().focus();
    await page.keyboard.press('End');
    // Scores ten times as large: weights 1 : 2¹⁰ : 4¹⁰.
    const all = 1 + 2 ** 10 + 4 ** 10;
    const expected = (7 * 2 ** 10 + 14 * 4 ** 10) / all;
    await expect.poll(() => output('scaled')).toBe(`[${expected.toFixed(4)}]`);
  });

  it('stands attention beside the sequential reader, for each text', async () => {
    await open('two-ways-of-reading');
    const { sequential } = await client.example('two-ways-of-reading');
    const readings = sequential?.readings ?? [];
    expect(readings.map(({ distance }) => distance)).toEqual([2, 7, 11]);
    for (const [i, { words }] of readings.entries()) {
      await page.locator('.readers input').nth(i).check();
      await expect
        .poll(() => page.locator('.reach tbody td').allTextContents())
        .toEqual(words.flatMap((word) => [word.attention, word.sequential].map(figure)));
      const said = await page.locator('.reach svg').last().locator('text').allTextContents();
      expect(said[0]).toContain(`${words.length} steps, each waits`);
    }
    const reaches = readings.flatMap(({ attention, sequential }) => [attention.reach, sequential.reach].map(figure));
    const rows = await page.locator('.costs tbody tr').all();
    const shown = await Promise.all(rows.map((row) => row.locator('td').allTextContents()));
    expect(shown.flatMap((cells) => cells.slice(0, 2))).toEqual(reaches);
    expect(shown.map((cells) => cells.slice(2, 4))).toEqual([
      ['1', '4'],
      ['1', '9'],
      ['1', '13'],
    ]);
  });
  const figure = (number: number) => (Number.isInteger(number) ? String(number) : number.toFixed(4));

  it('says that the service is away, and opens when it is back', async () => {
    const other = await browser.newPage();
    await other.route('**/examples**', (route) => route.abort());
    await other.goto(`${server.url}/#view=lesson`);
    await expect.poll(() => other.locator('.lesson .notice').textContent()).toContain('does not answer');
    await other.unroute('**/examples**');
    await other.waitForSelector('article h2');
    await other.close();
  });

  it('leaves the arrow keys to what has the focus', async () => {
    await open('sat-on-the-mat');
    const own = await title();
    await page.locator('.lesson-part a').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(100);
    expect(await title()).toBe(own);
    await page.keyboard.press('n');
    await expect.poll(title).not.toBe(own);
  });

  it('lights the row that is said something of', async () => {
    await open('code');
    await page.locator('.says', { hasText: '“exp”, where it is called' }).click();
    await expect.poll(() => page.locator('.inspector .label').first().textContent()).toBe('what “exp” looks at');
    await expect.poll(() => page.locator('.word.is-source').textContent()).toBe('exp');
    await expect.poll(fragment).toBe('#view=lesson&lesson=code&tried=code.row%3A13');
  });

  it('has its matrices walked by the arrow keys, and Enter keeps the row', async () => {
    await open('encoder');
    await page.locator('#matrix-both_directions-semantic').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowDown'])
      await page.keyboard.press(key);
    const lit = () => page.locator('.inspector .label').first().textContent();
    await expect.poll(lit).toBe('what “the” looks at');
    await page.keyboard.press('Enter');
    await expect.poll(fragment).toBe('#view=lesson&lesson=encoder&tried=both_directions.row%3A4');
    await page.keyboard.press('Escape');
    await expect.poll(lit).toBe('what “sat” looks at');
  });

  it('fits a phone, on every page', async () => {
    const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true })).newPage();
    for (const { name, title } of (await client.examples()).examples) {
      await phone.goto(`${server.url}/#view=lesson&lesson=${name}`);
      await phone.locator('article h2', { hasText: title }).waitFor();
      const excess = await phone.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      expect(excess, name).toBeLessThanOrEqual(0);
    }
    await phone.close();
  });
});

/** The weights of each request and head, as a table with two decimals says them. */
function tables({ requests }: WorkedExample): string[][] {
  return requests.flatMap((request) => {
    if (request.path === '/attention') return matrices(request.answer.weights).map((rows) => said(rows, () => false));
    const { exclude_self, is_causal } = request.answer.meta;
    const isHidden = (row: number, column: number) => (exclude_self && row === column) || (is_causal && column > row);
    return request.answer.heads.map(({ weights }) => said(weights as number[][], isHidden));
  });
}

function said(rows: number[][], isHidden: (row: number, column: number) => boolean): string[] {
  return rows.flatMap((row, i) =>
    row.map((weight, j) => (isHidden(i, j) ? 'hidden' : weight === 0 ? '·' : weight.toFixed(2))),
  );
}

/** Of a single query, of several, or of several heads. */
function matrices(weights: unknown): number[][][] {
  const list = weights as (number | number[] | number[][])[];
  if (typeof list[0] === 'number') return [[list as number[]]];
  return typeof list[0][0] === 'number' ? [list as number[][]] : (list as number[][][]);
}
