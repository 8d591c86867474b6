import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { SpotlightClient } from 'spotlight-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './barriers.ts';
import { complaintsOf, hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What would end the script that it stands in, or begin a comment there. */
const HOSTILE = '</script><script>document.title="taken"</script> <!-- & "x" é 中 \u2028';
const MOST_PAGE_BYTES = 300_000;

describe.skipIf(!hasChromium)('a page that needs no server', () => {
  let studio: OpenStudio;
  let folder: string;
  let opened: Page | undefined;
  beforeAll(async () => {
    studio = await openStudio();
    folder = await mkdtemp(join(tmpdir(), 'spotlight-single-'));
  });
  afterEach(async () => {
    await opened?.context().close();
    opened = undefined;
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await studio.close();
  });

  /** The page as it was saved: its path, and what is written in it. */
  async function saved(fragment: string, ready = '#matrix'): Promise<{ path: string; text: string }> {
    const { page, server } = studio;
    await page.goto('about:blank');
    await page.goto(`${server.url}/${fragment}`);
    await page.waitForSelector(ready);
    await page.waitForLoadState('networkidle');
    const button = page.locator('.carry').getByRole('button', { name: 'Save as HTML, a page that needs no server' });
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    const path = join(folder, download.suggestedFilename());
    await download.saveAs(path);
    return { path, text: await readFile(path, 'utf8') };
  }

  /** Opened from the file, without a network. */
  async function open(path: string, theme: 'dark' | 'light' = 'dark', width = 1280): Promise<Page> {
    const context = await studio.browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: theme,
      offline: true,
    });
    const page = await context.newPage();
    const own = pathToFileURL(path).href;
    const asked = complaintsOf(page, own);
    await page.goto(own);
    await page.waitForSelector('.matrix canvas');
    opened = page;
    page.once('close', () => studio.broken.push(...asked));
    return page;
  }
  const said = (page: Page) => page.locator('.said [role=status]').textContent();
  /** The middle of a cell of a matrix of so many rows and columns, whose words stand left and above. */
  async function at(
    page: Page,
    id: string,
    cell: { row: number; column: number },
    size: { rows: number; columns: number },
  ) {
    const frame = await page.locator(`#${id} svg rect`).first().boundingBox();
    if (frame === null) throw new Error('the matrix has no edge');
    const x = frame.x + ((cell.column + 0.5) * frame.width) / size.columns;
    return [x, frame.y + ((cell.row + 0.5) * frame.height) / size.rows] as const;
  }

  /** What the service says of a sentence, by its own route. */
  async function weightsOf(text: string): Promise<number[][]> {
    const client = new SpotlightClient({ baseUrl: studio.server.url });
    const answer = await client.text({
      text,
      heads: ['semantic'],
      temperature: 0.1,
      exclude_self: true,
      outputs: ['heads'],
    });
    return answer.heads?.[0].weights as number[][];
  }
  const SIX = { rows: 6, columns: 6 };

  it('shows the sentence as it was, with every digit of what the pointer is on', async () => {
    const weights = await weightsOf('The cat sat on the mat');
    const page = await open((await saved('')).path);
    expect(await page.title()).toBe('Attention in “The cat sat on the mat”');
    await expect.poll(() => said(page)).toContain(`“sat” → “mat” ${weights[2][5]}, “on” ${weights[2][3]}`);
    await page.mouse.move(...(await at(page, 'matrix-0', { row: 1, column: 4 }, SIX)));
    await expect.poll(() => said(page)).toBe(`“cat” → “the” ${weights[1][4]} (row 2 of 6, column 5 of 6)`);
    await page.mouse.move(...(await at(page, 'matrix-0', { row: 1, column: 1 }, SIX)));
    await expect.poll(() => said(page)).toBe('“cat” → “cat” may not be seen (row 2 of 6, column 2 of 6)');
    await page.locator('.word', { hasText: 'mat' }).hover();
    await expect.poll(() => said(page)).toContain(`“mat” → “sat” ${weights[5][2]}`);
    // The arcs follow: from the mat the widest reaches the word that it looks at.
    await expect.poll(() => page.locator('.word.is-source').allTextContents()).toEqual(['mat']);
  });

  it('keeps lit what is clicked, until it is let go', async () => {
    const page = await open((await saved('')).path);
    await page.locator('.word', { hasText: 'cat' }).click();
    await page.mouse.move(5, 5);
    await expect.poll(() => page.locator('.word.is-source').allTextContents()).toEqual(['cat']);
    await page.mouse.click(...(await at(page, 'matrix-0', { row: 5, column: 2 }, SIX)));
    await page.mouse.move(5, 5);
    await expect.poll(() => said(page)).toMatch(/^“mat” → “sat” 0\.\d+ \(row 6 of 6, column 3 of 6\)$/);
    await page.keyboard.press('Escape');
    await expect.poll(() => said(page)).toMatch(/^Point at /);
    await expect.poll(() => page.locator('.word.is-source').count()).toBe(0);
    await page.locator('.word', { hasText: 'cat' }).click();
    await page.getByRole('button', { name: 'let go' }).click();
    await page.mouse.move(5, 5);
    await expect.poll(() => said(page)).toMatch(/^Point at /);
  });

  it('is walked by the arrow keys: words, and cells', async () => {
    const page = await open((await saved('')).path);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator(':focus').textContent()).toBe('on');
    await expect.poll(() => said(page)).toMatch(/^“on” → /);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await expect.poll(() => page.locator(':focus').getAttribute('id')).toBe('matrix-0');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => said(page)).toMatch(/^“the” → “cat” .*row 5 of 6, column 2 of 6/);
  });

  it('has all numbers as a table, and the request', async () => {
    const weights = await weightsOf('The cat sat on the mat');
    const page = await open((await saved('')).path);
    await page.getByText('All numbers').click();
    // The tables are drawn once the browser has told that they are open, a task after the click.
    await page.locator('.tables td').first().waitFor();
    const cells = await page.locator('.tables td').allTextContents();
    expect(cells.slice(1).map((cell) => (cell === '−∞' ? 0 : Number(cell)))).toEqual(weights.flat());
    await page.getByText('The request').click();
    expect(await page.locator('pre').first().textContent()).toContain(`curl -s '${studio.server.url}/attention/text'`);
    expect(await page.locator('.link').textContent()).toBe(`${studio.server.url}/`);
  });

  it('takes words for words, whatever stands in them', async () => {
    const { path, text } = await saved(`#${new URLSearchParams({ text: HOSTILE })}`);
    const [before] = text.split('id="shown">');
    expect(before).not.toContain('<script>document');
    const page = await open(path);
    expect(await page.title()).toContain('<script>document.title="taken"</script>');
    const words = await page.locator('.word').allTextContents();
    expect(words.join('')).toContain('</script>');
    expect(words.join('')).toContain('<!--');
    await page.getByText('The request').click();
    expect(await page.locator('pre').first().textContent()).toContain('</script>');
  });

  it('lets nothing run but what stands in it', async () => {
    const { text } = await saved('');
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+'; base-uri 'none'/,
    );
    expect(text).not.toMatch(/<link|<img|<iframe|\ssrc=/);
    const path = join(folder, 'changed.html');
    await writeFile(path, text.replace('</body>', '<script>document.title = "taken"</script></body>'));
    const page = await open(path);
    expect(await page.title()).toContain('Attention in');
    // Its console says so; that is no complaint of the page as it is saved.
    await page.close();
    expect(studio.broken.splice(0)).toEqual([expect.stringContaining('Content Security Policy')]);
  });

  it('is no larger than it must be', async () => {
    const small = await saved('');
    expect(small.text.length).toBeLessThan(MOST_PAGE_BYTES);
    const text = Array.from({ length: 300 }, (_, i) => ['cat', 'sat', 'mat', 'red'][i % 4]).join(' ');
    const large = await saved(`#${new URLSearchParams({ text })}`, '.word:nth-child(300)');
    // Four bytes a number in base64, and the words.
    expect(large.text.length).toBeLessThan(MOST_PAGE_BYTES + (300 * 300 * 16) / 3);
    const page = await open(large.path);
    expect(await page.locator('.word').count()).toBe(300);
    await page.getByText('All numbers').click();
    await page.locator('.rows').getByText('rows 1 to 33 of 300').waitFor();
    await page.getByRole('button', { name: 'rows behind' }).click();
    await page.locator('.rows').getByText('rows 34 to 66 of 300').waitFor();
  });

  it('shows several heads, each in its color, one place lit in all', async () => {
    const page = await open((await saved('#heads=semantic+position+previous-token')).path);
    expect(await page.locator('figcaption').allTextContents()).toEqual(['meaning', 'position', 'previous word']);
    await page.mouse.move(...(await at(page, 'matrix-1', { row: 3, column: 2 }, SIX)));
    await expect
      .poll(() => said(page))
      .toMatch(/^“on” → “sat” meaning: 0\.\d+; position: 0\.\d+; previous word: 0\.99\d+ \(/);
    expect(await page.locator('.matrix svg rect').count()).toBe(3 * 3);
  });

  it('shows two sentences, whose words are pointed at on both sides', async () => {
    const page = await open((await saved('#text=Hello+world&mode=cross&vectors=bilingual-example')).path);
    await page.locator('.words').nth(1).locator('.word').first().hover();
    await expect.poll(() => said(page)).toMatch(/^“Bonjour” ← “Hello” 0\.\d+/);
    await page.locator('.words').first().locator('.word').first().hover();
    await expect.poll(() => said(page)).toMatch(/^“Hello” → “Bonjour” 0\.\d+/);
  });

  it('shows a step of the film', async () => {
    const page = await open((await saved('#view=steps&heads=semantic&detail=whole&step=6', '.film-large')).path);
    expect(await page.locator('.word').count()).toBe(0);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => said(page)).toMatch(/^“.+” → “.+” .*row \d of 6, column \d of 6\)$/);
  });

  it('shows a step whose columns are no words', async () => {
    const page = await open((await saved('#view=steps&heads=semantic&detail=whole&step=1', '.film-large')).path);
    await page.locator('.matrix').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => said(page)).toMatch(/^“sat” → number 2 /);
  });

  it('shows the patterns of a diagnosis, one cell lit in all three', async () => {
    const page = await open((await saved('#view=diagnose&patterns=0+0+0+2', '#pattern-difference')).path);
    expect(await page.locator('figcaption').allTextContents()).toEqual(['right', 'yours', 'yours − right']);
    await expect
      .poll(() => said(page))
      .toMatch(/right: .*; yours: .*; yours − right: .* \(row 1 of \d+, column 3 of \d+\)$/);
  });

  it('shows the pattern of tensors', async () => {
    const page = await open((await saved('#view=tensors', '#weights-first canvas')).path);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => said(page)).toMatch(/row 2 of \d+, column 1 of \d+\)$/);
  });

  it('shows the map of the errors, and a page of the lesson', async () => {
    const errors = await open((await saved('#view=diagnose', '#matrix')).path);
    await errors.keyboard.press('ArrowRight');
    await errors.keyboard.press('ArrowRight');
    await expect.poll(() => said(errors)).toMatch(/^“rows? .*” → “head 1” /);
    await errors.context().close();
    const lesson = await open((await saved('#view=lesson', '.lesson article')).path);
    expect(await lesson.title()).not.toBe('');
  });

  it.each(['dark', 'light'] as const)('has nothing in the way of anybody, in the %s theme', async (theme) => {
    for (const [fragment, ready] of [
      ['#heads=semantic+position', '#matrix'],
      ['#view=steps&step=6', '.film-large'],
      ['#view=diagnose&patterns=0+0+0+2', '#pattern-difference'],
    ]) {
      const { path } = await saved(fragment, ready);
      for (const width of [360, 1280]) {
        const page = await open(path, theme, width);
        expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(theme);
        for (const part of ['All numbers', 'The request']) {
          const summary = page.getByText(part);
          if ((await summary.count()) > 0) await summary.click();
        }
        expect(await barriers(page, TAGS)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        await page.context().close();
      }
    }
  });
});
