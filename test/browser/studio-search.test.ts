import type { Page } from 'playwright-core';
import { SpotlightClient } from 'spotlight-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.ts';
import { barriers } from './barriers.ts';
import { hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

describe.skipIf(!hasChromium)('the search of the studio', () => {
  let studio: OpenStudio;
  let server: RunningServer;
  let page: Page;
  beforeAll(async () => {
    studio = await openStudio();
    ({ server, page } = studio);
  });
  afterAll(() => studio.close());
  beforeEach(async () => {
    await page.goto('about:blank');
    await page.goto(`${server.url}/`);
    await page.waitForSelector('#matrix');
  });

  const field = () => page.getByRole('combobox', { name: 'Search' });
  const options = () => page.getByRole('option').locator('span:first-child').allTextContents();
  const fragment = () => new URL(page.url()).hash;
  async function search(text: string): Promise<void> {
    // One that is still closing would take the key as a letter.
    await expect.poll(() => field().count()).toBe(0);
    await page.keyboard.press('/');
    await field().waitFor();
    await page.keyboard.type(text);
  }
  /** What screen readers take for the chosen one. */
  const chosen = () =>
    page.evaluate(`(() => {
      const id = document.activeElement.getAttribute('aria-activedescendant');
      const one = id && document.getElementById(id);
      return one && one.ariaSelected === 'true' ? one.firstElementChild.textContent : undefined;
    })()`);

  it('goes to a view', async () => {
    await search('ste');
    await expect.poll(chosen).toBe('Steps');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.film-head h2').textContent()).toBe('queries');
    await expect.poll(fragment).toBe('#view=steps');
    await expect.poll(() => field().count()).toBe(0);
    // What leads nowhere in the picture is what had the focus before.
    await expect.poll(() => page.evaluate('document.activeElement.className')).toBe('stage');
    await page.goBack();
    await expect.poll(fragment).toBe('');
  });

  it('goes to a sentence', async () => {
    await search('yesterday');
    await expect.poll(options).toEqual(['The cat that I saw yesterday is sleeping']);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.word').allTextContents()).toContain('yesterday');
  });

  it('goes to every page of the lesson, from another view', async () => {
    const { examples } = await new SpotlightClient({ baseUrl: server.url }).examples();
    await search('page of the lesson');
    await expect.poll(options).toEqual(examples.map(({ title }) => title));
    await page.keyboard.press('ArrowUp');
    await expect.poll(chosen).toBe(examples.at(-1)?.title);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(chosen).toBe(examples[1].title);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.lesson h2').textContent()).toBe(examples[1].title);
    // There the keys of the lesson go on.
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.lesson h2').textContent()).toBe(examples[2].title);
  });

  it('does what a key of the view does', async () => {
    await search('next head');
    await page.keyboard.press('Enter');
    await expect.poll(fragment).toBe('#heads=position');
    await search('tables');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.tables table').first().isVisible()).toBe(true);
    await page.goto(`${server.url}/#view=steps&speed=20`);
    await page.waitForSelector('.film-large');
    await search('play');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.player .count').textContent()).toBe('8 / 8');
  });

  it('is closed by Escape, and nothing has happened', async () => {
    await search('lesson');
    await page.keyboard.press('Escape');
    await expect.poll(() => field().count()).toBe(0);
    expect(fragment()).toBe('');
    await expect.poll(() => page.evaluate('document.activeElement === document.body')).toBe(true);
  });

  it('says that nothing is called so', async () => {
    await search('dog');
    await expect.poll(() => page.locator('.search [role=status]').textContent()).toBe('Nothing here is called that.');
    await page.keyboard.press('Enter');
    expect(await field().count()).toBe(1);
  });

  it('is opened and worked by the pointer, too, and listed among the keys', async () => {
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('option', { name: 'Lesson view' }).click();
    await page.waitForSelector('.lesson h2');
    await page.keyboard.press('?');
    await expect.poll(() => page.locator('.help dt', { hasText: '/' }).count()).toBe(1);
  });

  it.each(['dark', 'light'] as const)('has nothing in the way of anybody, in the %s theme', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 740 });
    await search('s');
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});
