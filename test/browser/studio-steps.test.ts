import type { Browser, BrowserContext, Page } from 'playwright-core';
import { SpotlightClient } from 'spotlight-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { RunningServer } from '../server.ts';
import { hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

/** What the stream itself says of each step, taken by a client of its own. */
interface Said {
  seq: number;
  name: string;
  rows: number[][];
}

async function stepsOf(url: string, detail: 'whole' | 'row' | 'tile', options: object = {}): Promise<Said[]> {
  const client = new SpotlightClient({ baseUrl: url, WebSocket });
  const request = { kind: 'text', text: 'The cat sat on the mat', heads: ['semantic'], temperature: 0.1 } as const;
  const said: Said[] = [];
  for await (const step of client.stream(request, { detail, tensors: 'typed', ...options })) {
    const { shape, data } = step.data;
    const width = shape.at(-1) ?? 1;
    const numbers = [...data];
    const rows = Array.from({ length: numbers.length / width }, (_, i) => numbers.slice(i * width, (i + 1) * width));
    said.push({ seq: step.seq, name: step.name, rows });
  }
  return said;
}

const written = (value: number) => (value === Number.NEGATIVE_INFINITY ? '−∞' : value.toFixed(4).replace('-', '−'));

describe.skipIf(!hasChromium)('the film of the studio', () => {
  let studio: OpenStudio;
  let server: RunningServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let broken: string[];
  beforeAll(async () => {
    studio = await openStudio();
    ({ server, browser, page, broken } = studio);
    context = page.context();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  afterAll(() => studio.close());
  beforeEach(async () => {
    await page.goto('about:blank');
  });

  const open = async (fragment: string) => {
    await page.goto(`${server.url}/#view=steps${fragment}`);
    await page.waitForSelector('#matrix');
  };
  const count = () => page.locator('.player .count').textContent();
  const title = () => page.locator('.film-head h2').textContent();
  const figure = () => page.locator('.inspector .weight').textContent();
  const fragment = () => new URL(page.url()).hash;

  it('shows at each step the numbers of the stream itself, step by step by the keyboard', async () => {
    const said = await stepsOf(server.url, 'whole');
    expect(said.map(({ name }) => name)).toEqual(['q', 'k', 'v', 'attn_scores', 'scaled', 'masked', 'pattern', 'z']);
    await open('');
    // “sat” is the third word, “mat”, at which it looks most, the sixth; of mere numbers the first is shown.
    const cells = [
      [2, 0],
      [5, 0],
      [5, 0],
      [2, 5],
      [2, 5],
      [2, 5],
      [2, 5],
      [2, 0],
    ];
    for (const [i, [row, column]] of cells.entries()) {
      await expect.poll(count).toBe(`${i + 1} / 8`);
      await expect.poll(figure).toBe(written(said[i].rows[row][column]));
      await expect
        .poll(() => page.locator('.film-formulas .is-result').last().textContent())
        .toBe(written(said[i].rows[row][said[i].name.length === 1 && i < 3 ? 2 : column]));
      await page.keyboard.press('.');
    }
    await page.keyboard.press(',');
    await expect.poll(count).toBe('7 / 8');
    await expect.poll(title).toBe('weights pattern');
    // GloVe's own arithmetic, see docs/text.md.
    await expect.poll(figure).toBe('0.6277');
    await expect.poll(fragment).toBe('#view=steps&step=7');
  });

  it('has the numbers of each row in its table, and says in words which step it is', async () => {
    const said = await stepsOf(server.url, 'row');
    const pattern = said.find(({ name, seq }) => name === 'pattern' && seq > 19);
    await open(`&detail=row&step=${pattern?.seq}`);
    await expect.poll(title).toBe('weights pattern');
    const rounded = pattern?.rows[0].map((value) => (value === 0 ? '·' : value.toFixed(2)));
    await expect.poll(() => page.locator('.tables tbody td').allTextContents()).toEqual(rounded);
    await expect
      .poll(() => page.locator('.film p[role=status]').textContent())
      .toBe(
        `Step ${pattern?.seq} of 38, weights, meaning · row 4 of 6: “on”. Each row becomes weights that sum to 1: “on” gives 0.47 to “The”, 0.47 to “the”, 0.02 to “mat”, less to the others.`,
      );
  });

  it('shows the recurrence of tiles as the stream has it', async () => {
    const said = await stepsOf(server.url, 'tile', { tile_rows: 4 });
    const sums = said.filter(({ name }) => name === 'running_sum');
    await open(`&detail=tile&step=${sums[1].seq}`);
    await expect.poll(title).toBe('running sum');
    // The row of “sat”, behind two of three tiles.
    await expect.poll(figure).toBe(written(sums[1].rows[0][2]));
    const [, rescale] = said.filter(({ name }) => name === 'rescale');
    const live = () => page.locator('.film-formulas .live').allTextContents();
    // What a step is made of is read ahead, and comes a moment later than the step itself.
    await expect.poll(async () => (await live())[0]).toBe(written(rescale.rows[0][2]));
    await expect.poll(async () => (await live())[1]).toBe(written(sums[0].rows[0][2]));
    await expect.poll(async () => (await live()).at(-1)).toBe(written(sums[1].rows[0][2]));
  });

  it('plays to the end by the space bar, and from there again', async () => {
    await open('&speed=20');
    await page.keyboard.press(' ');
    await expect.poll(count).toBe('8 / 8');
    await expect.poll(() => page.locator('.play').getAttribute('aria-label')).toBe('Play');
    // Noted in the page: on a busy machine the film may be over before it is asked where it is.
    await page.evaluate(`(() => {
      window.counts = [];
      const count = document.querySelector('.player .count');
      new MutationObserver(() => window.counts.push(count.textContent)).observe(count, { subtree: true, characterData: true, childList: true });
    })()`);
    await page.keyboard.press(' ');
    const counts = (): Promise<string[]> => page.evaluate('window.counts');
    await expect.poll(async () => (await counts()).at(-1)).toBe('8 / 8');
    expect((await counts())[0]).toMatch(/^[1-7] \/ 8$/);
  });

  it('is scrubbed by the pointer, and Back goes back', async () => {
    await open('&detail=row');
    const track = await page.locator('.track input').boundingBox();
    if (track === null) throw new Error('there is no track');
    await page.mouse.move(track.x + 8, track.y + track.height / 2);
    await page.mouse.down();
    for (const part of [0.3, 0.6, 0.9]) {
      await page.mouse.move(track.x + part * track.width, track.y + track.height / 2);
    }
    await page.mouse.up();
    await expect.poll(count).toMatch(/^3[3-7] \/ 38$/);
    await expect.poll(fragment).toMatch(/step=3[3-7]/);
    await page.goBack();
    await expect.poll(count).toBe('1 / 38');
  });

  it('is the same film, live, wherever its link is opened, at the same step', async () => {
    await open('&detail=row&step=21');
    await expect.poll(count).toBe('21 / 38');
    await page.keyboard.press('l');
    await expect.poll(() => page.locator('.message').textContent()).toBe('Copied: the link to this film.');
    const link = await page.evaluate('navigator.clipboard.readText()');
    expect(link).toMatch(/run=[0-9a-f-]{36}/);
    const other = await context.newPage();
    await other.goto(String(link));
    await expect.poll(() => other.locator('.player .count').textContent()).toBe('21 / 38');
    const own = await figure();
    await expect.poll(() => other.locator('.inspector .weight').textContent()).toBe(own);
    const run = new URLSearchParams(new URL(String(link)).hash.slice(1)).get('run') ?? '';
    // One in each page; what is read ahead ends by itself.
    const client = new SpotlightClient({ baseUrl: server.url });
    await expect.poll(async () => (await client.runs.get(run)).viewers).toBe(2);
    await other.close();
  });

  it('says that a run is gone, and starts it again from the sentence', async () => {
    await page.goto(`${server.url}/#view=steps&step=7&run=11111111-1111-4111-8111-111111111111`);
    await expect.poll(() => page.locator('.notice').textContent()).toContain('no longer kept');
    await page.locator('.notice button').click();
    await expect.poll(count).toBe('7 / 8');
    await expect.poll(figure).toBe('0.6277');
    await expect.poll(fragment).not.toContain('run=');
  });

  it('goes to the frame of the row that the arrow keys lead to, and keeps the locked word', async () => {
    await open('&detail=row&step=21&locked=0');
    const place = () => page.locator('.film-head .label').textContent();
    await expect.poll(place).toBe('meaning · row 4 of 6: “on”');
    await page.keyboard.press('m');
    // Until it is read ahead, there is no frame to go to.
    await expect.poll(() => page.locator('.film-small:not(.is-to-come)').count()).toBe(8);
    await page.keyboard.press('ArrowUp');
    await expect.poll(place).toBe('meaning · row 3 of 6: “sat”');
    await expect.poll(title).toBe('queries');
    await expect.poll(fragment).toBe('#view=steps&locked=0&detail=row&step=15');
  });

  it('leaves words alone that are looked at, and locks one that looks', async () => {
    await open('&direction=looked-at&locked=5&step=5');
    await expect.poll(() => page.locator('.inspector .pair .label').textContent()).toContain('The → ');
    await page.keyboard.press('m');
    await page.keyboard.press('ArrowDown');
    await expect.poll(fragment).toContain('locked=1');
    await expect.poll(fragment).not.toContain('looked-at');
  });

  it('tells the running numbers of a tile as a table', async () => {
    const said = await stepsOf(server.url, 'tile', { tile_rows: 4 });
    const sum = said.find(({ name }) => name === 'running_sum');
    await open(`&detail=tile&step=${sum?.seq}`);
    await expect
      .poll(() => page.locator('.tile-rows tbody tr td:nth-of-type(3)').allTextContents())
      .toEqual(sum?.rows[0].map((value) => value.toFixed(2)));
  });

  it('begins no run for each letter, and ends those that nobody else can see', async () => {
    // Of one sentence, the numbers of its locked word are a run as well, row by row.
    const { runs, cancelled } = runsOf(page, 'whole');
    await open('');
    await expect.poll(() => runs.size).toBe(1);
    // Letter by letter, and without the pauses that a busy machine would make between them.
    await page.evaluate(`(() => {
      const field = document.querySelector('.rail textarea');
      for (const letter of ' today') {
        field.value += letter;
        field.dispatchEvent(new InputEvent('input', { bubbles: true, data: letter }));
      }
    })()`);
    await expect.poll(() => runs.size).toBe(2);
    await expect.poll(() => [...cancelled]).toEqual([...runs].slice(0, 1));
    const client = new SpotlightClient({ baseUrl: server.url });
    const code = () => client.runs.get([...runs][0]).catch((error) => error.code);
    await expect.poll(code).toBe('run_cancelled');
    await page.waitForTimeout(500);
    expect(runs.size).toBe(2);
  });

  it('ends the run that told the numbers of a row', async () => {
    const { runs, cancelled } = runsOf(page, 'row');
    await page.goto(`${server.url}/`);
    await page.waitForSelector('.arithmetic .lines');
    await expect.poll(() => cancelled.size).toBe(1);
    expect([...cancelled]).toEqual([...runs]);
  });

  it('says what the service refuses', async () => {
    await page.goto(`${server.url}/#view=steps&text=${'a+'.repeat(20_000)}`);
    await expect.poll(() => page.locator('.notice a').textContent()).toMatch(/^[a-z_]+$/);
    // The answer of the sentence is refused over HTTP, which the console tells, perhaps after the stream has.
    await expect.poll(() => broken.length).toBeGreaterThan(0);
    expect(broken.filter((message) => !/status of 4\d\d/.test(message))).toEqual([]);
    await page.goto('about:blank');
    broken.length = 0;
  });

  it('fits a phone', async () => {
    const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true })).newPage();
    for (const detail of ['whole', 'tile']) {
      await phone.goto(`${server.url}/#view=steps&step=4&detail=${detail}`);
      await phone.waitForSelector('#matrix');
      expect(await phone.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
    }
    await phone.close();
  });
});

/** The runs of a detail that a page begins or watches from now on, and those that it ends. */
function runsOf(page: Page, detail: string): { runs: ReadonlySet<string>; cancelled: ReadonlySet<string> } {
  const [runs, cancelled] = [new Set<string>(), new Set<string>()];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const message = typeof payload === 'string' ? JSON.parse(payload) : {};
      if (message.type === 'started' && message.plan.detail === detail) runs.add(message.run);
    });
    socket.on('framesent', ({ payload }) => {
      const message = typeof payload === 'string' ? JSON.parse(payload) : {};
      if (message.type === 'cancel' && runs.has(message.run)) cancelled.add(message.run);
    });
  });
  return { runs, cancelled };
}
