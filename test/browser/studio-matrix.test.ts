/** The Matrix view in a real browser: a map of numbers that the service computes, held against its own route and plain arithmetic. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.ts';
import { hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

const MADE = 'view=matrix&matrix=made+512+pattern+0+0+max+linear';

describe.skipIf(!hasChromium)('the matrix in the studio', () => {
  let studio: OpenStudio;
  let server: RunningServer;
  let page: Page;
  let broken: string[];
  const tiles: URLSearchParams[] = [];
  beforeAll(async () => {
    studio = await openStudio({ WORKERS: '1', RUN_TTL_MS: '60000' });
    ({ server, page, broken } = studio);
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname.endsWith('/matrix')) tiles.push(searchParams);
    });
  });
  afterAll(() => studio.close());
  beforeEach(() => {
    tiles.length = 0;
    broken.length = 0;
  });

  const open = async (fragment: string) => {
    await page.goto('about:blank');
    await page.goto(`${server.url}/#${fragment}`);
    // The legend stands there once the colors are known, and with them the cells.
    await page.waitForSelector('.matrix-legend');
  };
  const fragment = () => new URLSearchParams(new URL(page.url()).hash.slice(1));
  const figure = async (name: string) =>
    page
      .locator('.inspector dl > div', { has: page.locator(`dt:text-is("${name}")`) })
      .locator('dd')
      .first()
      .textContent();
  const box = async () => {
    const found = await page.locator('#matrix').boundingBox();
    if (found === null) throw new Error('there is no matrix');
    return found;
  };
  /** How much of the cells is lit: the canvas is drawn by now. */
  const litPixels = () =>
    page.evaluate<number>(`(() => {
      const canvas = document.querySelector('#matrix canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let lit = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0 && data[i] > data[i + 2] + 60) lit++;
      return lit;
    })()`);

  it('shows the sentence cell by cell, with the numbers of the first view', async () => {
    await open('view=matrix&cell=2+5');
    expect(await page.locator('.matrix-figure figcaption').textContent()).toContain('6 queries by 6 keys');
    // “sat” looks at “mat”, as the README tells.
    await expect.poll(() => figure('value')).toMatch(/^0\.6277/);
    await expect.poll(() => page.locator('.pointed .label').textContent()).toBe('sat → mat');
    await expect.poll(() => figure('for key')).toBe('mat');
    await expect
      .poll(() => page.locator('.stage [role=status]').last().textContent())
      .toMatch(/^Query sat, key mat: 0\.6277/);
    expect(broken).toEqual([]);
  });

  it('fetches of a large matrix what is seen: one tile of all, then those that one comes near to', async () => {
    await open(MADE.replace('512', '2048'));
    await expect.poll(litPixels).toBeGreaterThan(500);
    expect(tiles.map((tile) => tile.get('pool'))).toContain('8,8');
    expect(tiles.every((tile) => tile.get('pool') !== '1,1')).toBe(true);
    tiles.length = 0;
    const { x, y, width, height } = await box();
    await page.mouse.move(x + width / 2, y + height / 2);
    for (let i = 0; i < 40; i++) await page.mouse.wheel(0, -300);
    await expect
      .poll(() => tiles.filter((tile) => tile.get('pool') === '1,1' && tile.get('rows')?.endsWith('24')).length)
      .toBeGreaterThan(0);
    // Of 64 tiles of whole numbers only those in sight.
    expect(new Set(tiles.filter((tile) => tile.get('pool') === '1,1').map(String)).size).toBeLessThan(16);
    await expect.poll(() => fragment().get('sight')).not.toBeNull();
  });

  it('tells the cell under the pointer exactly, and keeps the one that is pressed', async () => {
    await open(`${MADE}&sight=300+290+44`);
    const { x, y, width, height } = await box();
    await page.mouse.move(x + width / 2, y + height / 2);
    await expect.poll(() => figure('row')).toMatch(/^\d+$/);
    await expect.poll(() => figure('value')).not.toBe('…');
    const [row, column, value] = [await figure('row'), await figure('column'), await figure('value')];
    // The same number from the route itself, of the same run.
    const path = await page.evaluate(
      () => performance.getEntriesByType('resource').find(({ name }) => name.includes('/matrix?'))?.name,
    );
    const asked = new URL(path ?? '');
    asked.search = `step=pattern&rows=${row}:${Number(row) + 1}&keys=${column}:${Number(column) + 1}`;
    const answer = await fetch(asked, { headers: { accept: 'application/json' } });
    const { pattern }: { pattern: number[][] } = JSON.parse(await answer.text());
    expect(Number(value?.replace('−', '-').replace('e−', 'e-'))).toBeCloseTo(pattern[0][0], 7);
    await page.mouse.click(x + width / 2, y + height / 2);
    // The address that the driver knows comes a moment later.
    await expect.poll(() => fragment().get('cell')).toBe(`${row} ${column}`);
    await page.mouse.move(x + 10, y + 5);
    expect(await figure('row')).toBe(row);
    await page.keyboard.press('Escape');
    await expect.poll(() => fragment().get('cell')).toBeNull();
  });

  it('is walked and zoomed by the keyboard, and gone to by numbers', async () => {
    await open(MADE);
    await page.keyboard.press('m');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => fragment().get('cell')).not.toBeNull();
    const [row, column] = (fragment().get('cell') ?? '').split(' ').map(Number);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => fragment().get('cell')).not.toBe(`${row} ${column}`);
    for (let i = 0; i < 20; i++) await page.keyboard.press('+');
    await expect.poll(() => Number(fragment().get('sight')?.split(' ')[2])).toBeGreaterThan(40);
    await page.keyboard.press('0');
    await expect.poll(() => fragment().get('sight')).toBeNull();
    await page.keyboard.press('g');
    await page.keyboard.type('7');
    await page.locator('#to-row').fill('410');
    await page.locator('#to-column').fill('17');
    await page.keyboard.press('Enter');
    await expect.poll(() => fragment().get('cell')).toBe('410 17');
    await expect.poll(() => Number(fragment().get('sight')?.split(' ')[2])).toBeGreaterThan(40);
    await page.locator('#to-row').fill('512');
    await page.locator('#to-column').press('Enter');
    // What is not there is not gone to.
    expect(fragment().get('cell')).toBe('410 17');
  });

  it('is walked on stage at once', async () => {
    await open(`${MADE}&stage=1`);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => fragment().get('cell')).not.toBeNull();
  });

  it('is dragged, and Back takes a whole journey back', async () => {
    await open(`${MADE}&sight=256+256+10`);
    const { x, y, width, height } = await box();
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    for (let i = 1; i <= 10; i++) await page.mouse.move(x + width / 2 + 8 * i, y + height / 2 - 4 * i);
    await page.mouse.up();
    // 80 pixels to the right, 40 up, 10 pixels a cell.
    await expect.poll(() => fragment().get('sight')).toBe('260 248 10');
    expect(fragment().get('cell')).toBeNull();
    await page.goBack();
    await expect.poll(() => fragment().get('sight')).toBe('256 256 10');
  });

  it('shows every stage of the scores, pooled as one likes, and hatches what may not be seen', async () => {
    await open(MADE);
    const steps = await page.getByRole('group', { name: 'Matrix' }).getByRole('radio').count();
    expect(steps).toBe(4);
    await page.getByRole('radio', { name: 'masked' }).check();
    await expect.poll(() => page.locator('.matrix-figure figcaption code').textContent()).toBe('masked');
    await page.getByRole('radio', { name: 'their mean' }).check();
    await expect.poll(() => tiles.some((tile) => tile.get('by') === 'mean')).toBe(true);
    await expect.poll(() => page.locator('input[name=matrix-scale]').first().isDisabled()).toBe(true);
    await expect.poll(() => page.locator('.matrix-legend span').textContent()).toContain('linear');
    await expect.poll(() => fragment().get('matrix')).toBe('made 512 masked 0 0 mean linear');
  });

  it('has a table of what it shows, and is taken along', async () => {
    await open('view=matrix&tables=1');
    const rows = page.locator('.tables tbody tr');
    await expect.poll(() => rows.count()).toBe(6);
    const sat = rows.nth(2).locator('td');
    await expect.poll(() => sat.nth(5).textContent()).toBe('0.6277');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the numbers as CSV' }).click(),
    ]);
    const stream = await download.createReadStream();
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text).toContain('query_index,key_index,value');
    expect(text).toMatch(/\r\n2,5,0\.6277\d+\r\n/);
  });

  it('begins a run again where the service has let it go', async () => {
    await open(`${MADE}&sight=100+100+20`);
    const idsOf = () =>
      page.evaluate(() =>
        performance.getEntriesByType('resource').flatMap(({ name }) => /\/runs\/([^/]+)\/matrix/.exec(name)?.[1] ?? []),
      );
    // Tiles of the page before may have been counted; those of this one are told when they are there.
    await expect.poll(async () => (await idsOf()).length).toBeGreaterThan(0);
    const ids = await idsOf();
    await fetch(`${server.url}/runs/${ids[0]}`, { method: 'DELETE' });
    // From now on: the first tile that is gone may already begin it.
    const again = page.waitForResponse((one) => one.request().method() === 'POST' && one.url().endsWith('/runs'));
    await page.keyboard.press('0');
    for (let i = 0; i < 30; i++) await page.keyboard.press('+');
    expect((await again).status()).toBe(201);
    await page.keyboard.press('0');
    await expect.poll(litPixels).toBeGreaterThan(500);
    // The browser says of itself that a tile was gone.
    broken.length = 0;
  });

  it.each([320, 360, 768])('is no wider than a window of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 720 });
    try {
      await open(MADE);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    } finally {
      await page.setViewportSize({ width: 1280, height: 800 });
    }
  });
});
