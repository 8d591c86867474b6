import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { barriers } from './barriers.ts';
import { hasChromium, launchChromium } from './chromium.ts';

const MATRIX = '#view=matrix&matrix=made+512+pattern+0+0+max+log';
const MODEL = '#view=model&model=2+0+0+4';
const PATTERNS = '#view=diagnose&patterns=0+0';

/** What axe knows of WCAG 2.2 AA, and of good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

describe.skipIf(!hasChromium)('the studio for everyone', () => {
  let server: RunningServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    expect(await server.stop()).toBe(0);
  });

  async function pageOf(width: number, theme: 'dark' | 'light', fragment = ''): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: theme });
    const page = await context.newPage();
    await page.goto(`${server.url}/${fragment}`);
    await settled(page);
    return page;
  }
  /** The answer is there, and all motion is over: what fades has no color to be judged. */
  async function settled(page: Page): Promise<void> {
    await page.waitForSelector(':is(.stage canvas, .stage svg, .stage table):visible');
    await page.waitForLoadState('networkidle');
    await page.evaluate('Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))');
  }
  const views = (page: Page) => page.getByRole('navigation', { name: 'Views' }).getByRole('link');

  describe.each(['dark', 'light'] as const)('in the %s theme', (theme) => {
    it.each([360, 1280, 2560])('has nothing in the way of anybody, %i pixels wide', async (width) => {
      const page = await pageOf(width, theme);
      const count = await views(page).count();
      expect(count).toBeGreaterThan(0);
      for (let i = 0; i < count; i++) {
        await views(page).nth(i).click();
        await settled(page);
        expect(await barriers(page, TAGS)).toEqual([]);
        await page.keyboard.press('t');
        await settled(page);
        expect(await barriers(page, TAGS)).toEqual([]);
        await page.keyboard.press('p');
        await settled(page);
        expect(await barriers(page, TAGS)).toEqual([]);
        await page.keyboard.press('?');
        await page.waitForSelector('dialog[open]');
        expect(await barriers(page, TAGS)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.keyboard.press('p');
        await page.keyboard.press('t');
        await settled(page);
      }
      await page.context().close();
    });

    it.each([
      ['two sentences', '#text=Hello+world&mode=cross&vectors=bilingual-example'],
      ['all heads at once', '#heads=semantic+position+previous-token+same-token'],
      ['nothing to read', '#text='],
      ['a refused request', '#temperature=100000'],
      ['the two patterns of a dump', '#view=diagnose&patterns=0+0+0+2&tables=1'],
      ['two requests', '#view=tensors&against={"option":"is_causal","value":true}&answered=0+0+1+2&tables=1'],
      ['tensors that are refused', '#view=tensors&options={"alibi_slopes":[1,2,3],"window":{"left":-5}}'],
      ['a head that there is not', '#view=diagnose&patterns=0+9'],
      ['a head of a model', `${MODEL}&merged=1&tables=1`],
      ['a matrix and a cell of it', `${MATRIX}&cell=300+200&tables=1`],
      ['the masked scores of a sentence', '#view=matrix&mode=causal&matrix=sentence+4096+masked+0+0+mean+linear'],
      ['a matrix of a file that is elsewhere', '#view=matrix&matrix=given+4096+pattern+0+0+max+linear'],
    ])('has nothing in the way of anybody with %s', async (_, fragment) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: theme });
      const page = await context.newPage();
      await page.goto(`${server.url}/${fragment}`);
      await page.waitForSelector('.rail');
      await page.waitForLoadState('networkidle');
      expect(await barriers(page, TAGS)).toEqual([]);
      await context.close();
    });
  });

  it('would be told of what is in the way', async () => {
    const page = await pageOf(1280, 'dark');
    await page.evaluate(`document.querySelector('.stage').append(document.createElement('img'))`);
    expect(await barriers(page, TAGS)).toEqual([expect.stringMatching(/^image-alt: img/)]);
    await page.context().close();
  });

  /** As they stand in the page: a box to tick is met by its label. */
  const smallTargets = (page: Page): Promise<string[]> =>
    page.evaluate(`[...document.querySelectorAll('a, button, input, select, textarea, [tabindex="0"]')]
      .map((one) => one.matches('[type=radio], [type=checkbox], [type=file]') ? one.closest('label') ?? one : one)
      .filter((one) => one.checkVisibility() && !one.matches('.skip'))
      .filter((one) => { const { width, height } = one.getBoundingClientRect(); return width < 24 || height < 24; })
      .map((one) => one.outerHTML.slice(0, 80))`);

  it.each([
    ['', 360],
    ['', 1280],
    ['', 2560],
    [PATTERNS, 360],
    [PATTERNS, 2560],
    [MATRIX, 360],
    [MATRIX, 2560],
    ['#view=tensors', 360],
    ['#view=tensors', 2560],
    [MODEL, 360],
    [MODEL, 2560],
    [`#${new URLSearchParams({ text: 'I am a '.repeat(70) })}`, 360],
  ])('has nothing to hit that is smaller than 24 pixels: %s at %i', async (fragment, width) => {
    const page = await pageOf(width, 'dark', fragment);
    expect(await smallTargets(page)).toEqual([]);
    await page.context().close();
  });

  it('lets one skip to the picture, and shows where the focus is', async () => {
    const page = await pageOf(1280, 'dark');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the picture');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').getAttribute('class')).toMatch(/^word/);
    await page.context().close();
  });

  it.each([
    ['', ['Sentence', 'itself', 'meaning', 'Temperature', 'sat', 'Weights of', 'Copy the link', 'Help']],
    [MATRIX, ['made-up numbers', '512', 'logarithmic', 'pattern, 512 by 512', 'Row', 'Go there', 'safetensors']],
    [
      '#view=tensors',
      ['open some', 'is_causal', 'query, row 2, column 1', 'Pattern, weights', 'Open in Matrix', 'safetensors'],
    ],
    [
      MODEL,
      ['open a file', 'it reads', '5 layers by 4 heads', 'Open in Matrix', '##eeps', 'Weights of', 'safetensors'],
    ],
  ])('is reached by the keyboard, all of it, and always shows where one is: %s', async (fragment, reached) => {
    const page = await pageOf(1280, 'light', fragment);
    const names: string[] = [];
    for (;;) {
      await page.keyboard.press('Tab');
      // Behind the last the browser begins anew.
      if (names.length > 0 && (await page.locator('.skip:focus').count()) > 0) break;
      const [name, outline]: string[] = await page.evaluate(`(() => {
        const one = document.activeElement;
        const shown = one.closest('.is-row label') ?? one;
        const text = one.getAttribute('aria-label') ?? one.closest('label')?.textContent ?? one.textContent;
        return [text.trim(), one === document.body ? 'body' : getComputedStyle(shown).outlineStyle];
      })()`);
      if (outline === 'body') continue;
      expect(outline, name).not.toBe('none');
      names.push(name);
    }
    const all = names.join(' | ');
    for (const name of reached) expect(all).toContain(name);
    await page.context().close();
  });

  it('lets keys of one letter be let alone', async () => {
    const page = await pageOf(1280, 'dark');
    await page.keyboard.press('?');
    await page.getByRole('checkbox', { name: 'keys of one letter' }).uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('p');
    await page.reload();
    await settled(page);
    await page.keyboard.press('p');
    expect(new URL(page.url()).hash).toBe('');
    await page.context().close();
  });

  it('keeps still for those who ask for it', async () => {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(`${server.url}/`);
    await settled(page);
    await page.locator('.word', { hasText: 'cat' }).click();
    const moving = await page.evaluate(
      'document.getAnimations().filter((one) => one.effect.getComputedTiming().activeDuration > 0).length',
    );
    expect(moving).toBe(0);
    await context.close();
  });

  it.each(['', '#view=steps', MATRIX, '#view=tensors', MODEL, PATTERNS, '#view=lesson'])(
    'fits any window, from phones to projectors: %s',
    async (fragment) => {
      const page = await pageOf(320, 'dark', fragment);
      const beyond = () => page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      for (const width of [320, 360, 1280, 3840]) {
        await page.setViewportSize({ width, height: 800 });
        await page.reload();
        await settled(page);
        expect(await beyond(), `${width}`).toBeLessThanOrEqual(0);
        await page.keyboard.press('p');
        await settled(page);
        expect(await beyond(), `${width}, on stage`).toBeLessThanOrEqual(0);
        await page.keyboard.press('p');
      }
      await page.context().close();
    },
  );

  it('has all its views in sight, however narrow the window', async () => {
    const page = await pageOf(320, 'dark');
    for (const width of [320, 360, 600, 720, 840, 1280, 3840]) {
      await page.setViewportSize({ width, height: 800 });
      for (const view of await views(page).all()) {
        const { x, width: own } = (await view.boundingBox()) ?? { x: -1, width: 0 };
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x + own, `${await view.textContent()} at ${width}`).toBeLessThanOrEqual(width);
        // Nothing lies over it.
        await view.click({ trial: true });
      }
    }
    await page.context().close();
  });

  it('is on paper the picture, its numbers and where it comes from, on white', async () => {
    const page = await pageOf(2560, 'dark', '#locked=1&stage=1');
    for (const format of ['A4', 'Letter']) {
      const paper = (await page.pdf({ format, preferCSSPageSize: true })).toString('latin1');
      expect(paper.match(/\/Type \/Page\b/g)).toHaveLength(1);
    }
    // The same by hand, to look at it.
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(`window.dispatchEvent(new Event('beforeprint'))`);
    await expect.poll(() => page.locator('.sentence').evaluate((one) => one.clientWidth)).toBe(680);
    expect(await page.locator('.printed').textContent()).toBe(`${server.url}/#locked=1&stage=1`);
    expect(await page.locator('.printed').isVisible()).toBe(true);
    expect(await page.locator('.weight').isVisible()).toBe(true);
    expect(await page.locator('.rail').isVisible()).toBe(false);
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light');
    await page.evaluate(`window.dispatchEvent(new Event('afterprint'))`);
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await page.context().close();
  });
});
