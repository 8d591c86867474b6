import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { barriers } from './barriers.ts';
import { hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SAID = '.stage-inner > .visually-hidden[role=status]';
/** A picture of each view, and what is to be there before it is looked at. */
const PICTURES = [
  ['words', '', '.word.is-source'],
  ['several heads', '&heads=semantic+position&locked=5', '.heads-legend'],
  ['a matrix', '&picture=2', '#matrix canvas'],
  ['a step', '&view=steps&step=7', '.film-large .matrix'],
  ['a map of errors', '&view=diagnose', '#matrix canvas'],
  ['patterns', '&view=diagnose&patterns=0+0+0+2&picture=2', '#pattern-difference canvas'],
  ['tensors', '&view=tensors', '#weights-first canvas'],
  ['an output', '&view=tensors&picture=2', '#output-first canvas'],
  ['a matrix of any size', '&view=matrix', '.matrix-stage canvas'],
  ['all heads of a model', '&view=model', '.model [data-on-stage] canvas'],
  ['the words of a head', '&view=model&picture=2', '.model .word'],
  ['a page of the lesson', '&view=lesson&lesson=sat-on-the-mat', '.lesson .word.is-source'],
] as const;

describe.skipIf(!hasChromium)('a picture on stage', () => {
  let studio: OpenStudio;
  let page: Page;
  beforeAll(async () => {
    studio = await openStudio();
    page = studio.page;
  });
  afterAll(() => studio.close());
  beforeEach(() => page.setViewportSize({ width: 1280, height: 720 }));

  async function open(fragment: string, ready: string): Promise<void> {
    await page.goto('about:blank');
    await page.goto(`${studio.server.url}/#stage=1${fragment}`);
    await page.waitForSelector(ready);
    await page.waitForLoadState('networkidle');
  }
  const fragment = () => new URL(page.url()).hash;
  const said = () => page.locator(SAID).textContent();
  const scrolled = (): Promise<number[]> =>
    page.evaluate(`(() => {
      const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.querySelector('.stage');
      const { scrollHeight: height, scrollWidth: width } = document.documentElement;
      return [scrollHeight - clientHeight, scrollWidth - clientWidth, height - innerHeight, width - innerWidth];
    })()`);
  const sizeOf = (selector: string): Promise<number> =>
    page
      .locator(selector)
      .first()
      .evaluate((one) => Number.parseFloat(one.ownerDocument.defaultView?.getComputedStyle(one).fontSize ?? ''));

  describe.each([
    [1280, 720],
    [1920, 1080],
  ])('in a window of %i by %i', (width, height) => {
    it.each(PICTURES)('is all that there is, and nothing is scrolled: %s', async (_, view, ready) => {
      await page.setViewportSize({ width, height });
      await open(view, ready);
      await expect.poll(scrolled).toEqual([0, 0, 0, 0]);
      for (const part of ['.bar-top', '.rail', '.inspector']) expect(await page.locator(part).isVisible()).toBe(false);
      await expect.poll(() => page.locator('.stage canvas:visible, .stage svg:visible').count()).toBeGreaterThan(0);
      // A line of what is said is a fiftieth of the window, or more: as a slide has it.
      await expect.poll(() => sizeOf(SAID)).toBeGreaterThanOrEqual(height / 50);
      await expect.poll(said).not.toBe('');
      expect(await page.locator(SAID).isVisible()).toBe(true);
    });
  });

  it('has words that the last row reads: a fifteenth of the window', async () => {
    await open('', '.word.is-source');
    await expect.poll(() => sizeOf('.word')).toBeGreaterThanOrEqual(720 / 15);
  });

  it('has smaller type where there is more to read, so that all of it is seen', async () => {
    const text = 'it is a truth universally acknowledged that a single man must be in want of a wife '.repeat(3);
    await open(`&${new URLSearchParams({ text })}`, '.word.is-source');
    await expect.poll(scrolled).toEqual([0, 0, 0, 0]);
    const small = await sizeOf('.word');
    await page.setViewportSize({ width: 1920, height: 1080 });
    await expect.poll(() => sizeOf('.word')).toBeGreaterThan(small);
    await expect.poll(scrolled).toEqual([0, 0, 0, 0]);
  });

  it('is walked by the arrow keys: words, then the cells of the matrix', async () => {
    await open('', '.word.is-source');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(said).toMatch(/^“on” looks at /);
    await page.keyboard.press('m');
    await expect.poll(fragment).toBe('#stage=1&picture=2');
    await expect.poll(() => page.locator('#matrix').isVisible()).toBe(true);
    expect(await page.locator('.word').first().isVisible()).toBe(false);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(fragment).toMatch(/^#locked=3&pair=3\+5&stage=1&picture=2$/);
    await page.getByRole('button', { name: /^2 \/ 2/ }).click();
    await expect.poll(() => page.locator('.word').first().isVisible()).toBe(true);
  });

  it('is walked by the arrow keys: steps of a film', async () => {
    await open('&view=steps&step=3', '.film-large .matrix');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.player .count').textContent()).toMatch(/^4 /);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.locator('.player .count').textContent()).toMatch(/^2 /);
  });

  it('is walked by the arrow keys: heads of a dump, and pages of the lesson', async () => {
    await open('&view=diagnose&patterns=0+0&picture=2', '#pattern-difference canvas');
    await page.keyboard.press('ArrowRight');
    await expect.poll(fragment).toContain('patterns=0+1');
    await open('&view=lesson', '.lesson article');
    const first = await page.locator('.lesson h2').textContent();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.lesson h2').textContent()).not.toBe(first);
    expect(fragment()).toContain('stage=1');
  });

  it('is gone to by a key, and left by Escape, a key and a button', async () => {
    await page.goto('about:blank');
    await page.goto(`${studio.server.url}/`);
    await page.waitForSelector('.word.is-source');
    const before = await sizeOf('.word');
    for (const leave of ['Escape', 'p', 'button']) {
      await page.keyboard.press('p');
      await expect.poll(fragment).toBe('#stage=1');
      await expect.poll(() => sizeOf('.word')).toBeGreaterThan(before);
      await page.keyboard.press('?');
      await page.locator('dialog[open]', { hasText: 'leave the stage' }).waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('dialog[open]').count()).toBe(0);
      expect(fragment()).toBe('#stage=1');
      if (leave === 'button') await page.getByRole('button', { name: 'Leave the stage' }).click();
      else await page.keyboard.press(leave);
      await expect.poll(fragment).toBe('');
      await expect.poll(() => page.locator('.rail').isVisible()).toBe(true);
      await expect.poll(() => sizeOf('.word')).toBe(before);
    }
  });

  it('takes a picture that there is not for the last', async () => {
    await open('&picture=9', '#matrix canvas');
    await expect.poll(() => page.locator('#matrix').isVisible()).toBe(true);
  });

  it('is on a phone as wide as the phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const [, view, ready] of PICTURES) {
      await open(view, ready);
      const sideways = async () => {
        const [, inside, , around] = await scrolled();
        return [view, inside, around];
      };
      await expect.poll(sideways).toEqual([view, 0, 0]);
    }
  });

  it.each(['dark', 'light'])('has nothing in the way of anybody, in the %s theme', async (theme) => {
    for (const [, view, ready] of PICTURES) {
      await open(`${view}&theme=${theme}`, ready);
      await page.evaluate('Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))');
      expect(await barriers(page, TAGS)).toEqual([]);
    }
  });
});
