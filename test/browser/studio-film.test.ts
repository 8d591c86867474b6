import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.ts';
import { hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

/** 38 steps of each of 21 sentences and of four heads: what is read ahead takes a while. */
const LONG = `&detail=row&heads=semantic+position+previous-token+same-token&text=${'the+cat+sat+on+the+mat+'.repeat(21).trim()}`;

describe.skipIf(!hasChromium)('a film of the studio, moved about in', () => {
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
  });

  const count = () => page.locator('.player .count').textContent();

  const shown = () => page.locator('.inspector .pair .label').textContent();

  it('keeps the column when the arrow keys lead to the frame of another row, and Back takes back the walk', async () => {
    await page.goto(`${server.url}/#view=steps&detail=row&step=24&locked=3&pair=3+5`);
    await expect.poll(shown).toBe('on → mat');
    // Until it is read ahead, there is no frame to go to.
    await expect.poll(() => page.locator('.film-small:not(.is-to-come)').count()).toBe(8);
    await page.keyboard.press('m');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(shown).toBe('on → the');
    for (const row of ['sat', 'cat']) {
      await page.keyboard.press('ArrowUp');
      await expect.poll(shown).toBe(`${row} → the`);
    }
    await expect.poll(() => page.locator('.film-head .label').textContent()).toBe('meaning · row 2 of 6: “cat”');
    await page.keyboard.press('ArrowRight');
    await expect.poll(shown).toBe('cat → mat');
    await page.goBack();
    await expect.poll(shown).toBe('on → mat');
  });

  it('forgets what the pointer was on when another view is opened', async () => {
    await page.goto(`${server.url}/#view=steps&step=7`);
    await expect.poll(shown).toBe('sat → mat');
    const box = await page.locator('#matrix').boundingBox();
    if (box === null) throw new Error('there is no matrix');
    // Words stand to the left of the cells and above them: a cell of the last row.
    await page.mouse.move(box.x + box.width / 2, box.y + box.height - 5);
    await expect.poll(shown).toMatch(/^mat → /);
    await page.evaluate('location.hash = "#view=lesson"');
    await page.waitForSelector('.lesson h2');
    // Nobody tells a matrix that is gone that the pointer has left it.
    await page.mouse.move(640, 20);
    await page.goBack();
    await expect.poll(shown).toBe('sat → mat');
  });

  it('reads nothing ahead while a step is waited for', async () => {
    /** What each connection says from now on, in its order. */
    const said: string[][] = [];
    page.on('websocket', (socket) => {
      const own: string[] = [];
      said.push(own);
      socket.on('framesent', ({ payload }) => typeof payload === 'string' && own.push(JSON.parse(payload).type));
    });
    await page.goto(`${server.url}/#view=steps${LONG}`);
    const ahead = () => said.find((own) => own.includes('watch')) ?? [];
    await expect.poll(() => ahead().length).toBeGreaterThan(0);
    // Its last step is the last that is read ahead.
    await page.locator('.track input').press('End');
    await expect.poll(count).toBe('3032 / 3032');
    await expect
      .poll(() => ahead().filter((type) => type === 'pause' || type === 'resume'))
      .toEqual(['pause', 'resume']);
  });
});
