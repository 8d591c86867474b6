import type { Browser, Page } from 'playwright-core';
import { SpotlightClient } from 'spotlight-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.ts';
import { hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

const TEXT = 'The cat sat on the mat';
const CODE = 'def area(width, height):\n    size = width * height\n    return size';

describe.skipIf(!hasChromium)('the arithmetic of a pair, on the page', () => {
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
  beforeEach(() => open(''));

  async function open(fragment: string): Promise<void> {
    await page.goto('about:blank');
    broken.length = 0;
    await page.goto(`${server.url}/${fragment}`);
    await page.waitForSelector('.lines li');
  }
  const fragment = () => new URL(page.url()).hash;
  const heading = () => page.locator('.arithmetic > .label').textContent();
  /** What each line comes to, by what it does. */
  async function results(): Promise<Record<string, string>> {
    const lines = page.locator('.lines li');
    const of = (part: string) => lines.locator(part).allTextContents();
    const [does, result] = [await of('.does'), await of('.result')];
    return Object.fromEntries(does.map((name, i) => [name, result[i]]));
  }
  /** A table of numbers by its caption, row by row, without the names of its rows. */
  async function table(caption: string): Promise<number[][]> {
    const rows = page.locator('table', { hasText: caption }).locator('tbody tr');
    return (
      await rows.evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)))
    ).map((cells) => cells.map((cell) => Number(cell?.replace('−', '-'))));
  }
  const written = (value: number) => (value === 0 ? '0' : value.toFixed(4).replace('-', '−'));

  it('has the numbers that the service works out another way', async () => {
    const { focus } = await client.text({ text: TEXT, focus: 'sat', outputs: [] });
    const [{ looks_at, max, sum }] = focus.heads;
    const { score = 0, scaled = 0, weight = 0 } = looks_at.find(({ index }) => index === 5) ?? {};
    expect(await results()).toEqual({
      'q · k': written(score),
      '÷ temperature': written(scaled),
      'e^(x − max)': written(Math.exp(scaled - max)),
      '÷ sum of the row': written(weight),
    });
    const formulas = await page.locator('.lines .formula').allTextContents();
    expect(formulas.at(-1)).toBe(`1.0000 ÷ ${written(sum)} = ${written(weight)}`);
    // GloVe's own arithmetic, see docs/text.md.
    expect(formulas.slice(1)).toEqual([
      '0.3267 ÷ 0.1 = 3.2672',
      'e^(3.2672 − 3.2672) = 1.0000',
      '1.0000 ÷ 1.5931 = 0.6277',
    ]);
  });

  it('has products that sum to the score, and parts that sum to the output', async () => {
    const products = await table('The products of sat → mat');
    expect(products).toHaveLength(100);
    for (const [q, k, product] of products) expect(Math.abs(q * k - product)).toBeLessThan(1e-4);
    // A hundred numbers of four decimals.
    expect(products.reduce((sum, [, , product]) => sum + product, 0)).toBeCloseTo(0.3267, 2);
    const { heads } = await client.text({
      text: TEXT,
      heads: ['semantic'],
      outputs: ['output'],
      tensor_format: 'flat',
    });
    const row = heads[0].output.data.slice(200, 300).map(Number);
    const output = (await table('adds to the output')).map(([, , number]) => number);
    expect(output.filter((number, i) => Math.abs(number - row[i]) > 1e-4)).toEqual([]);
  });

  it('tells the bar under the pointer, and those that the arrow keys come to', async () => {
    const products = await table('The products of sat → mat');
    const told = (i: number) =>
      `${i + 1} ${products[i].slice(0, 2).map(written).join(' × ')} = ${written(products[i][2])}`;
    const bars = page.getByRole('slider', { name: 'q times k, number by number' });
    const line = page.locator('.arithmetic .told').first();
    const largest = products.reduce((best, [, , p], i) => (Math.abs(p) > Math.abs(products[best][2]) ? i : best), 0);
    await expect.poll(() => line.textContent()).toBe(told(largest));
    const { width = 0 } = (await bars.boundingBox()) ?? {};
    await bars.hover({ position: { x: (30.5 * width) / 100, y: 60 } });
    await expect.poll(() => line.textContent()).toBe(told(30));
    await page.mouse.move(640, 20);
    await bars.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => line.textContent()).toBe(told(1));
    await expect.poll(() => bars.getAttribute('aria-valuetext')).toBe(told(1).slice(2));
  });

  it('says what hides a word that comes later: −∞, and no weight', async () => {
    await open('#mode=causal&locked=2&pair=2+5');
    await expect.poll(results).toMatchObject({ hidden: '−∞', 'e^(x − max)': '0', '÷ sum of the row': '0' });
    expect(await page.locator('.lines').textContent()).toContain('it comes later (causal)');
    expect(await page.locator('.pair').textContent()).toContain('“sat” cannot see “mat”');
    // The first word of a causal text sees nothing at all.
    await open('#mode=causal&locked=0&pair=0+0');
    await expect.poll(results).toMatchObject({ hidden: '−∞', weight: '0' });
    expect(await page.locator('.lines').textContent()).toContain('no word looks at itself');
  });

  it('is of another head when that is chosen, which the link remembers', async () => {
    await open('#heads=semantic+position&locked=2&pair=2+5');
    const { focus } = await client.text({ text: TEXT, focus: 'sat', heads: ['semantic', 'position'], outputs: [] });
    const weights = focus.heads.map(({ looks_at }) => written(looks_at.find(({ index }) => index === 5)?.weight ?? 0));
    await expect.poll(results).toMatchObject({ '÷ sum of the row': weights[0] });
    await page.getByRole('radio', { name: 'position' }).check();
    await expect.poll(results).toMatchObject({ '÷ sum of the row': weights[1] });
    await expect.poll(fragment).toContain('pair_head=position');
    await page.goBack();
    await expect.poll(results).toMatchObject({ '÷ sum of the row': weights[0] });
  });

  it('follows the pointer along its row, and stays when that leaves it', async () => {
    const box = await page.locator('#matrix').boundingBox();
    if (box === null) throw new Error('there is no matrix');
    const cell = Math.floor((box.width - 40) / 6);
    const at = (row: number, column: number) =>
      [box.x + box.width - (5.5 - column) * cell, box.y + box.height - (5.5 - row) * cell] as const;
    await page.mouse.move(...at(2, 3));
    await expect.poll(heading).toBe('sat → on, number by number');
    await page.mouse.move(...at(0, 4));
    await expect.poll(heading).toBe('sat → mat, number by number');
    await page.mouse.click(...at(0, 4));
    await expect.poll(heading).toBe('The → the, number by number');
    await expect.poll(fragment).toBe('#locked=0&pair=0+4');
  });

  it('moves with the arrow keys, and Back takes back the walk', async () => {
    const { focus } = await client.text({ text: TEXT, focus: 'cat', outputs: [] });
    const { weight = 0 } = focus.looks_at.find(({ index }) => index === 3) ?? {};
    await page.keyboard.press('m');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowUp');
    await expect.poll(fragment).toBe('#locked=1&pair=1+3');
    await expect.poll(heading).toBe('cat → on, number by number');
    await expect
      .poll(() => page.locator('[role=status]').allTextContents())
      .toContainEqual(`“cat” looks at “on” ${written(weight)}.`);
    await page.goBack();
    await expect.poll(heading).toBe('sat → mat, number by number');
  });

  it('goes to a cell that is named', async () => {
    await page.keyboard.press('g');
    const dialog = page.getByRole('dialog', { name: 'Go to a cell' });
    await dialog.getByRole('textbox').first().fill('dog');
    await expect.poll(() => dialog.textContent()).toContain('There is no word “dog”.');
    await dialog.getByRole('textbox').first().fill('mat');
    await dialog.getByRole('textbox').last().fill('3');
    await expect.poll(() => dialog.textContent()).toContain('mat (6) → sat (3)');
    await page.keyboard.press('Enter');
    await expect.poll(heading).toBe('mat → sat, number by number');
    await expect.poll(fragment).toBe('#locked=5&pair=5+2');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(heading).toBe('mat → cat, number by number');
    await page.keyboard.press('g');
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.count()).toBe(0);
    await expect.poll(fragment).toBe('#locked=5&pair=5+1');
  });

  it('offers the head of links for code, in the lines of the code', async () => {
    await open(`#text=${encodeURIComponent(CODE)}`);
    await page.getByRole('checkbox', { name: 'links in code' }).check();
    await page.getByRole('checkbox', { name: 'meaning' }).uncheck();
    await expect.poll(() => page.locator('.word').allTextContents()).toContain('(');
    const tops = () =>
      page.locator('.word').evaluateAll((all) => new Set(all.map((one) => one.getBoundingClientRect().top)).size);
    await expect.poll(tops).toBe(3);
    const { focus } = await client.text({ text: CODE, heads: ['syntax-code'], focus: 10, outputs: [] });
    await page.locator('.word').nth(10).click();
    await page.mouse.move(640, 20);
    await expect.poll(heading).toBe('width → width, number by number');
    await expect.poll(results).toMatchObject({ '÷ sum of the row': written(focus.looks_at[0].weight) });
  });

  it('is there again after another sentence was typed, however long its answer took', async () => {
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/attention/text', async (route) => {
      await held;
      await route.continue();
    });
    await page.locator('.rail textarea').first().fill('red blue green');
    await expect.poll(() => page.locator('.arithmetic').count()).toBe(0);
    // A frame in which it is seen that there is no such section.
    await page.evaluate('new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))');
    answer();
    await expect.poll(() => page.locator('.lines li').count()).toBeGreaterThan(3);
    await expect.poll(heading).toBe('green → red, number by number');
    await page.unroute('**/attention/text');
  });

  it('stands below what goes in on a phone, with the picture first', async () => {
    const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true })).newPage();
    await phone.goto(`${server.url}/`);
    await phone.waitForSelector('.lines li');
    const tops = await Promise.all(
      ['.stage', '.rail', '.inspector'].map(async (part) => (await phone.locator(part).boundingBox())?.y ?? 0),
    );
    expect([...tops].sort((a, b) => a - b)).toEqual(tops);
    expect(await phone.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
    await phone.close();
  });
});
