/**
 * The page as it is seen, beside the pictures of it in shots/, a quarter as large. After a change that is meant:
 * SHOTS=renew npx vitest run test/browser/studio-shots.test.ts
 */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { hasChromium, launchChromium } from './chromium.ts';
import { difference, MOST_DIFFERENT, reduced } from './likeness.ts';

const shots = fileURLToPath(new URL('./shots/', import.meta.url));
/** The first thing that the README shows. */
const OF_README = fileURLToPath(new URL('../../docs/images/studio.png', import.meta.url));
/** How long a page may take to look as it was, on a machine that does other things, too. */
const SETTLE_MS = 20_000;
const MOST_BYTES = 150_000;

const isRenewed = process.env.SHOTS === 'renew';

/** What is shown: a name, and the link to it. */
const pages: Record<string, string> = {
  sentence: '',
  heads: '#heads=semantic+position+previous-token&locked=5',
  cross: '#text=Hello+world&mode=cross&vectors=bilingual-example&locked=1',
  steps: '#view=steps&step=7',
  matrix: '#view=matrix&matrix=made+512+pattern+0+0+max+log',
  tensors: '#view=tensors&against={"option":"is_causal","value":true}&answered=0+0+1+2',
  model: '#view=model&model=2+0+0+4',
  diagnose: '#view=diagnose&patterns=0+0+0+2',
  lesson: '#view=lesson&lesson=sat-on-the-mat',
};
/** What is there once the picture is, where it has another name than most. */
const awaited: Record<string, string> = {
  tensors: '#weights-second',
  lesson: '.lesson-part .marks',
};
const sizes = [
  [360, 740],
  [1280, 800],
  [2560, 1440],
] as const;
const themes = ['dark', 'light'] as const;
const all = Object.keys(pages).flatMap((name) =>
  sizes.flatMap(([width, height]) => themes.map((theme) => ({ name, width, height, theme }))),
);
type Shot = (typeof all)[number];

describe.skipIf(!hasChromium)('the studio as it is seen', () => {
  let server: RunningServer;
  let browser: Browser;
  let seen: string;
  beforeAll(async () => {
    // The same digits on each machine, whatever its processor can do.
    server = await startServer({ KERNEL: 'reference' });
    browser = await launchChromium();
    seen = mkdtempSync(join(tmpdir(), 'spotlight-shots-'));
  });
  afterAll(async () => {
    await browser.close();
    expect(await server.stop()).toBe(0);
  });

  async function pageOf({ name, width, height, theme }: Shot): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto(`${server.url}/${pages[name]}`);
    await page.waitForSelector(awaited[name] ?? '#matrix');
    await page.waitForLoadState('networkidle');
    // What the step is made of is read ahead, and comes after it; of its eight the last is still to come.
    if (name !== 'steps') return page;
    await expect.poll(() => page.locator('.film-small:not(.is-to-come)').count()).toBe(7);
    // How long it took is another time each time.
    await page.evaluate(`(() => {
      const label = [...document.querySelectorAll('.inspector *')].find((one) => one.textContent === 'computed in');
      label.nextElementSibling.textContent = '… ms';
    })()`);
    return page;
  }

  it.each(all)('is as it was: $name, $width pixels wide, $theme', async (shot) => {
    const page = await pageOf(shot);
    const file = `${shot.name}-${shot.width}-${shot.theme}.png`;
    const was = join(shots, file);
    // Other letters have other widths, and stand elsewhere.
    const isOtherFont = (await fontOf(page)) !== readFileSync(join(shots, 'font.txt'), 'utf8').trim();
    if (isOtherFont && !isRenewed && !process.env.CI) {
      await page.context().close();
      console.log('skipped: the screenshots need the font DejaVu Sans (apt-get install fonts-dejavu-core)');
      return;
    }
    if (isRenewed) writeFileSync(was, compact(reduced(PNG.sync.read(await settled(page)))));
    const before = existsSync(was) ? PNG.sync.read(readFileSync(was)) : undefined;
    const patience = performance.now() + SETTLE_MS;
    let png: Buffer;
    let far: number;
    do {
      png = await page.screenshot();
      far = before === undefined ? 1 : difference(reduced(PNG.sync.read(png)), before);
    } while (far > MOST_DIFFERENT && before !== undefined && performance.now() < patience);
    await page.context().close();
    if (far > MOST_DIFFERENT) writeFileSync(join(seen, file), png);
    expect(far, `${file} is now as in ${seen}; SHOTS=renew takes it`).toBeLessThanOrEqual(MOST_DIFFERENT);
  });

  it('is what the README shows', async () => {
    const page = await pageOf({ name: 'sentence', width: 1280, height: 800, theme: 'dark' });
    if (isRenewed) writeFileSync(OF_README, compact(PNG.sync.read(await settled(page))));
    await page.context().close();
    const shown = readFileSync(OF_README);
    expect(shown.byteLength).toBeLessThanOrEqual(MOST_BYTES);
    const was = PNG.sync.read(readFileSync(join(shots, 'sentence-1280-dark.png')));
    expect(difference(reduced(PNG.sync.read(shown)), was)).toBeLessThanOrEqual(MOST_DIFFERENT);
  });

  it('would be seen to be otherwise', async () => {
    const shot = { name: 'sentence', width: 1280, height: 800, theme: 'dark' } as const;
    const page = await pageOf(shot);
    const before = reduced(PNG.sync.read(await page.screenshot()));
    const changes = [
      `document.querySelector('.sentence path').remove()`,
      `document.querySelector('.weight').remove()`,
      `document.documentElement.dataset.theme = 'light'`,
    ];
    for (const change of changes) {
      await page.evaluate(change);
      expect(difference(before, reduced(PNG.sync.read(await page.screenshot()))), change).toBeGreaterThan(
        MOST_DIFFERENT,
      );
    }
    await page.context().close();
  });
});

/** Once nothing comes any more: a picture of tiles is drawn as they come. */
async function settled(page: Page): Promise<Buffer> {
  let [before, now] = [await page.screenshot(), await page.screenshot()];
  while (!now.equals(before)) [before, now] = [now, await page.screenshot()];
  return now;
}

/** The width of some text says which font it has. */
const fontOf = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = '100px system-ui, sans-serif';
    return String(Math.round(pen.measureText('The cat sat on the mat').width));
  })()`);

/** Flat grounds are smallest without a filter. */
const compact = (png: PNG): Buffer =>
  PNG.sync.write(png, { colorType: 2, filterType: 0, deflateLevel: 9, deflateStrategy: 0 });
