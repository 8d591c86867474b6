/** The Tensors view in a real browser; what is expected is computed here, by plain arithmetic. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { floats, text, zip } from '../codec/npz/archive.ts';
import type { RunningServer } from '../server.ts';
import { hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

type Matrix = number[][];

/** The example of the page. */
const QUERY = [
  [1, 0],
  [0, 1],
  [1, 1],
];
const VALUE = [
  [1, 2],
  [3, 4],
  [5, 6],
];

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const RIGHT = 1 / Math.sqrt(2);

function weightsOf(query: Matrix, key: Matrix, sees: (row: number, key: number) => boolean, scale: number): Matrix {
  return query.map((q, row) => {
    const parts = key.map((k, j) => (sees(row, j) ? Math.exp(scale * dot(q, k)) : 0));
    const sum = parts.reduce((total, part) => total + part, 0);
    return parts.map((part) => part / sum);
  });
}
const all = () => true;
const causal = (row: number, key: number) => key <= row;
const weights = weightsOf(QUERY, QUERY, all, RIGHT);

/** A .npy of format 1.0, as numpy.lib.format describes it: C order, little-endian float32. */
function npy(shape: readonly number[], values: readonly number[]): Buffer {
  const shapeText = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shapeText}, }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8]);
  return Buffer.concat([head, Buffer.from(padded), Buffer.from(Float32Array.from(values).buffer)]);
}

describe.skipIf(!hasChromium)('tensors in the studio', () => {
  let studio: OpenStudio;
  let server: RunningServer;
  let page: Page;
  let broken: string[];
  beforeAll(async () => {
    studio = await openStudio({ WORKERS: '1' });
    ({ server, page, broken } = studio);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  afterAll(() => studio.close());
  beforeEach(() => open());

  async function open(fragment = ''): Promise<void> {
    await page.goto('about:blank');
    broken.length = 0;
    await page.goto(`${server.url}/#view=tensors${fragment}`);
    await page.waitForSelector('.rail #option-scale');
  }
  const fragment = () => new URLSearchParams(new URL(page.url()).hash.slice(1));
  const drawn = () => page.waitForSelector('#weights-first canvas');
  /** The twin of a picture, which is there for those who do not see it. */
  async function table(caption: string): Promise<number[][]> {
    const rows = page
      .locator('.tables table')
      .filter({ has: page.locator(`caption:text-is("${caption}")`) })
      .locator('tbody tr');
    const texts = await rows.evaluateAll((all) =>
      (all as unknown as { cells: { textContent: string }[] }[]).map((row) =>
        [...row.cells].slice(1).map((cell) => cell.textContent),
      ),
    );
    return texts.map((row) =>
      row.map((one) => (one === '−∞' ? Number.NEGATIVE_INFINITY : Number(one.replace('−', '-')))),
    );
  }
  async function expectTable(caption: string, expected: Matrix): Promise<void> {
    const rounded = (matrix: Matrix) => matrix.map((row) => row.map((x) => Number(x.toFixed(5)) + 0));
    await expect.poll(async () => rounded(await table(caption))).toEqual(rounded(expected));
  }
  async function inspected(section: string): Promise<Record<string, string>> {
    const pairs = page.locator(`${section} dl > div`);
    const [names, values] = [await pairs.locator('dt').allTextContents(), await pairs.locator('dd').allTextContents()];
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  }
  async function drop(files: Record<string, Buffer>): Promise<void> {
    const list = Object.entries(files).map(([name, bytes]) => [name, [...bytes]]);
    await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      for (const [name, bytes] of ${JSON.stringify(list)}) dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
      const stage = document.querySelector('.stage');
      for (const type of ['dragover', 'drop'])
        stage.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
  }
  const cell = (role: string, row: number, column: number) => page.locator(`#cell-${role}-${row}-${column}`);

  it('is one of the views, and shows an example with its answer', async () => {
    const bar = await page.getByRole('navigation', { name: 'Views' }).getByRole('link').allTextContents();
    expect(bar.indexOf('Tensors')).toBeGreaterThan(bar.indexOf('Steps'));
    expect(bar.indexOf('Tensors')).toBeLessThan(bar.indexOf('Diagnose'));
    await drawn();
    await expectTable('Weights', weights);
    await expectTable(
      'Output',
      weights.map((row) =>
        VALUE[0].map((_, column) =>
          dot(
            row,
            VALUE.map((one) => one[column]),
          ),
        ),
      ),
    );
    expect(broken).toEqual([]);
  });

  it('has a control or a role for every property that POST /attention takes', async () => {
    const document = parse(readFileSync(new URL('../../openapi/openapi.yaml', import.meta.url), 'utf8'));
    const names = Object.keys(document.components.schemas.AttentionRequest.properties);
    const roles = await page
      .locator('.role')
      .first()
      .locator('option')
      .evaluateAll((all) => (all as unknown as { value: string }[]).map((one) => one.value));
    const controls = await page.locator('[id^="option-"]').evaluateAll((all) => all.map((one) => one.id));
    expect(names.filter((name) => !roles.includes(name) && !controls.includes(`option-${name}`))).toEqual([]);
    // What is in an object has one, too.
    for (const inside of [
      'window-left',
      'window-right',
      'rotary-base',
      'rotary-dim',
      'rotary-interleaved',
      'rotary-positions',
    ])
      expect(controls).toContain(`option-${inside}`);
  });

  it('follows a number that is typed over, and Back takes it back', async () => {
    await drawn();
    await cell('query', 0, 0).fill('3');
    await expectTable('Weights', weightsOf([[3, 0], ...QUERY.slice(1)], QUERY, all, RIGHT));
    await expect.poll(() => fragment().get('tensors')).toContain('[[3,0],[0,1],[1,1]]');
    // Also where one is still in the cell.
    await page.goBack();
    await expect.poll(() => cell('query', 0, 0).inputValue()).toBe('1');
    await cell('query', 0, 0).fill('3');
    await expectTable('Weights', weightsOf([[3, 0], ...QUERY.slice(1)], QUERY, all, RIGHT));
    // What is no number stays in sight, and is not sent.
    await cell('query', 0, 0).fill('three');
    await expect.poll(() => cell('query', 0, 0).getAttribute('aria-invalid')).toBe('true');
    await cell('query', 0, 1).focus();
    await expect.poll(() => cell('query', 0, 0).inputValue()).toBe('3');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('cell-query-1-1');
    await page.goBack();
    await expectTable('Weights', weights);
    await expect.poll(() => cell('query', 0, 0).inputValue()).toBe('1');
  });

  it('follows an option, and sends only what is not as by default', async () => {
    await drawn();
    const sent = async (change: () => Promise<unknown>) => {
      const [request] = await Promise.all([page.waitForRequest((one) => one.url().endsWith('/attention')), change()]);
      const { query, key, value, outputs, tensor_format, ...options } = JSON.parse(request.postData() ?? '');
      return options;
    };
    expect(await sent(() => page.locator('#option-is_causal').selectOption('true'))).toEqual({ is_causal: true });
    await expectTable(
      'Weights',
      weightsOf(QUERY, QUERY, causal, RIGHT).map((row, i) =>
        row.map((x, j) => (causal(i, j) ? x : Number.NEGATIVE_INFINITY)),
      ),
    );
    expect(await sent(() => page.locator('#option-scale').fill('1'))).toEqual({ is_causal: true, scale: 1 });
    expect(await sent(() => page.locator('#option-window-left').fill('0'))).toEqual({
      is_causal: true,
      scale: 1,
      window: { left: 0 },
    });
    expect(await sent(() => page.locator('#option-is_causal').selectOption(''))).toEqual({
      scale: 1,
      window: { left: 0 },
    });
    await expect.poll(() => JSON.parse(fragment().get('options') ?? 'null')).toEqual({ scale: 1, window: { left: 0 } });
    // Mistyped, it is said beside it, and nothing is asked.
    const asked: string[] = [];
    page.on('request', (one) => one.url().endsWith('/attention') && asked.push(one.url()));
    await page.locator('#option-window-left').fill('-3');
    expect(await page.locator('#option-window-left-fault').textContent()).toBe('must be an integer of at least -1');
    expect(JSON.parse(fragment().get('options') ?? '')).toEqual({ scale: 1, window: { left: 0 } });
    expect(asked).toEqual([]);
    await page.getByRole('button', { name: 'All as by default' }).click();
    await expectTable('Weights', weights);
  });

  it('shows in numbers what is under the pointer: weight, score, row', async () => {
    await drawn();
    await page.locator('#weights-first').focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    await expect.poll(() => fragment().get('answered')).toBe('0 0 1 2');
    const told = (section: string, name: string) => async () => Number((await inspected(section))[name]);
    await expect.poll(told('.pointed', 'weight')).toBeCloseTo(weights[1][2], 6);
    await expect.poll(told('.pointed', 'scale · q·k')).toBeCloseTo(RIGHT, 6);
    await expect
      .poll(told('.row-figures', 'entropy'))
      .toBeCloseTo(-weights[1].reduce((sum, w) => sum + w * Math.log(w), 0), 5);
    await expect
      .poll(() => page.locator('.stage [role=status]').last().textContent())
      .toMatch(/^Query 1, key 2: 0\.40/);
    await page.keyboard.press('Escape');
    await expect.poll(() => fragment().get('answered')).toBe('0 0');
  });

  it('takes files by the names of what is in them, and shows each head', async () => {
    const head = (h: number): Matrix => QUERY.map((row) => row.map((x) => x * (h + 1)));
    const numbers = [0, 1].flatMap((h) => head(h).flat());
    const shape = [2, 3, 2];
    await drop({
      'dump.npz': zip([
        floats('q', shape, numbers),
        floats('k', shape, numbers),
        floats('v', shape, numbers),
        text('note', 'hello'),
      ]),
    });
    await expect.poll(() => page.locator('#tensor-query h3').textContent()).toContain('2 × 3 × 2');
    await expectTable('Weights', weightsOf(head(0), head(0), all, RIGHT));
    await page.getByLabel('Head of 2, from 0').fill('1');
    await expectTable('Weights', weightsOf(head(1), head(1), all, RIGHT));
    await expect.poll(() => cell('key', 2, 1).inputValue()).toBe('2');
    // A tensor that is called as another takes its place; one role is nobody's twice.
    await drop({ 'v.npy': npy([2, 3, 1], [1, 2, 3, 4, 5, 6]) });
    await expect.poll(() => page.locator('#tensor-value h3').textContent()).toContain('2 × 3 × 1');
    await expect.poll(async () => (await table('Output'))[0]?.length).toBe(1);
  });

  it('takes options that stand beside the tensors of a file', async () => {
    const shape = [3, 2];
    const numbers = QUERY.flat();
    const tensors = ['q', 'k', 'v'].map((name) => floats(name, shape, numbers));
    await drop({ 'dump.npz': zip([...tensors, floats('scale', [], [2]), text('is_causal', 'lower_right')]) });
    await expect.poll(() => page.locator('#option-is_causal').inputValue()).toBe('"lower_right"');
    await expect.poll(() => page.locator('#option-scale').inputValue()).toBe('2');
    await expect
      .poll(async () => (await table('Weights'))[1][0])
      .toBeCloseTo(weightsOf(QUERY, QUERY, causal, 2)[1][0], 5);
  });

  it('takes several files at once', async () => {
    await drop({ 'q.npy': npy([1, 2], [1, 0]), 'k.npy': npy([2, 2], [1, 0, 0, 1]), 'v.npy': npy([2, 1], [1, 2]) });
    await expectTable(
      'Weights',
      weightsOf(
        [[1, 0]],
        [
          [1, 0],
          [0, 1],
        ],
        all,
        RIGHT,
      ),
    );
  });

  it('takes what is pasted, for the role that is chosen, and says what is wrong with it', async () => {
    await page.locator('#paste').fill("tensor([[2., 0.],\n        [0., 2.]], device='cuda:0')");
    await page.getByRole('button', { name: 'Take them' }).click();
    await expectTable(
      'Weights',
      weightsOf(
        [
          [2, 0],
          [0, 2],
        ],
        QUERY,
        all,
        RIGHT,
      ),
    );
    await page.locator('.paste select').selectOption('attn_mask');
    await page.locator('#paste').fill('[[true, true, false], [false, true, true]]');
    await page.getByRole('button', { name: 'Take them' }).click();
    await page.waitForSelector('#cell-attn_mask-0-2[type=checkbox]');
    await expect.poll(async () => (await table('Weights'))[0]?.[2]).toBe(Number.NEGATIVE_INFINITY);
    await page.locator('#paste').fill('[[1, 2], [3]]');
    await page.getByRole('button', { name: 'Take them' }).click();
    await expect.poll(() => page.locator('#paste-fault').textContent()).not.toBe('');
    expect(broken).toEqual([]);
  });

  it('marks the cell that the service finds fault with, and leads there', async () => {
    const [rows, columns] = [40, 2];
    const numbers = Array.from({ length: rows * columns }, (_, i) => (i === 71 ? Number.NaN : Math.sin(i)));
    await drop({
      'dump.npz': zip([
        floats('q', [rows, columns], numbers),
        floats(
          'k',
          [rows, columns],
          numbers.map((x) => x || 0),
        ),
        floats(
          'v',
          [rows, columns],
          numbers.map((x) => x || 0),
        ),
      ]),
    });
    await expect
      .poll(() => page.locator('.notice.is-refused').textContent())
      .toMatch(/^In “query”.*NaN and ∞ have no attention/);
    await page.getByRole('button', { name: 'Go to it' }).click();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('cell-query-35-1');
    await expect.poll(() => cell('query', 35, 1).getAttribute('aria-invalid')).toBe('true');
    expect(broken.splice(0).every((line) => line.includes('422'))).toBe(true);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('0.5');
    await expect.poll(() => page.locator('.notice.is-refused').count()).toBe(0);
    await drawn();
  });

  it('marks the option that the service finds fault with', async () => {
    await page.locator('#option-alibi_slopes').fill('1 2 3');
    await expect.poll(() => page.locator('#option-alibi_slopes-fault').textContent()).toContain('alibi_slopes');
    await page.getByRole('button', { name: 'Go to it' }).click();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('option-alibi_slopes');
    broken.length = 0;
  });

  it('leads to where what is missing is put in', async () => {
    await page.locator('.role select').last().selectOption('');
    await expect.poll(() => page.locator('.notice.is-refused').textContent()).toContain('Say which tensor it is');
    await page.getByRole('button', { name: 'Go to it' }).click();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('paste');
    broken.length = 0;
  });

  it('puts a second request beside the first, with what is between them', async () => {
    await drawn();
    await page.locator('#against').selectOption('option is_causal');
    await expect
      .poll(() => page.locator('.patterns').first().locator('figcaption').allTextContents())
      .toEqual(['as it is', 'is_causal: true', 'second − first']);
    const second = weightsOf(QUERY, QUERY, causal, RIGHT);
    await expectTable(
      'Weights, second − first',
      second.map((row, i) => row.map((x, j) => x - weights[i][j])),
    );
    await page.locator('#weights-second').focus();
    await page.keyboard.press('ArrowRight');
    const lit = () =>
      Promise.all(
        ['first', 'second', 'difference'].map((one) =>
          page.locator(`#weights-${one} rect[stroke="var(--text)"]`).count(),
        ),
      );
    await expect.poll(lit).toEqual([1, 1, 1]);
    const row = () => page.locator('.pointed .both tbody tr').last().locator('td').allTextContents();
    await expect
      .poll(async () => (await row()).map((one) => Number(one).toFixed(5)))
      .toEqual([weights[0][1].toFixed(5), '0.00000']);
    await expect
      .poll(async () => Number((await inspected('.pointed'))['second − first']?.replace('−', '-')))
      .toBeCloseTo(-weights[0][1], 6);
    // The link leads to all of it.
    const link = page.url();
    await page.goto('about:blank');
    await page.goto(link);
    await page.waitForSelector('#weights-difference canvas');
    await expect.poll(lit).toEqual([1, 1, 1]);
    await page.locator('#other-is_causal').selectOption('"lower_right"');
    await expect
      .poll(() => page.locator('#weights-second').locator('..').locator('figcaption').textContent())
      .toBe('is_causal: "lower_right"');
  });

  it('puts a request with another file beside the first', async () => {
    await drawn();
    await page.locator('#against').selectOption('role key');
    await expect
      .poll(() => page.locator('.notice').allTextContents())
      .toContain('Open the other key: its pattern comes to stand beside this one.');
    const key = [
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    await page
      .locator('#other-file')
      .setInputFiles({ name: 'other.npy', mimeType: '', buffer: npy([3, 2], key.flat()) });
    await expectTable('Weights, another key', weightsOf(QUERY, key, all, RIGHT));
  });

  it('leads to the same head in Matrix', async () => {
    const shape = [2, 3, 2];
    const numbers = [...QUERY.flat(), ...QUERY.flat()];
    await drop({ 'dump.npz': zip(['q', 'k', 'v'].map((name) => floats(name, shape, numbers))) });
    await page.getByLabel('Head of 2, from 0').fill('1');
    const tile = page.waitForResponse((one) => one.url().includes('/matrix?') && one.url().includes('head=1'));
    await page.getByRole('button', { name: 'Open in Matrix' }).click();
    const bytes = await (await tile).body();
    const numbersOf = new Float32Array(new Uint8Array(bytes).buffer);
    expect(numbersOf.length).toBe(9);
    expect(numbersOf[2]).toBeCloseTo(weights[0][2], 5);
    await expect.poll(() => fragment().get('view')).toBe('matrix');
    await page.goBack();
    await expect.poll(() => fragment().get('view')).toBe('tensors');
    await drawn();
  });

  it('shows of large tensors a part, and keeps them out of the link', async () => {
    const [rows, columns] = [600, 64];
    const numbers = Array.from({ length: rows * columns }, (_, i) => Math.sin(i));
    const shape = [rows, columns];
    await drop({
      'dump.npz': zip([floats('q', shape, numbers), floats('k', shape, numbers), floats('v', shape, numbers)]),
    });
    await expect.poll(() => page.locator('#tensor-query h3').textContent()).toContain('600 × 64');
    await drawn();
    await expect.poll(() => page.locator('#tensor-query input[type=text]').count()).toBe(64);
    await page.getByLabel('rows of query from, 0 to 592').fill('592');
    expect(Number(await cell('query', 599, 0).inputValue())).toBeCloseTo(Math.sin(599 * 64), 6);
    await expect.poll(() => fragment().get('tensors')).toMatch(/^held:/);
    const link = page.url();
    await page.goto('about:blank');
    await page.goto(link);
    await expect
      .poll(() => page.locator('.notice').allTextContents())
      .toContain('The tensors of this link are on the page of whoever made it; here is an example instead.');
  });

  it('says of a file that is none what it is, and keeps what was there', async () => {
    await drop({ 'model.pt': Buffer.from([0x80, 2, 0x7d, 0x71]) });
    await expect
      .poll(() => page.locator('.notice[role=alert]').first().textContent())
      .toMatch(/^“model.pt”: This is a pickle/);
    expect(await cell('query', 2, 1).inputValue()).toBe('1');
  });

  it('is taken along as a picture, as numbers and as the request', async () => {
    await open('&options={"scale":1}');
    await drawn();
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name, exact: true }).click(),
      ]);
      const stream = await download.createReadStream();
      return Buffer.concat(await stream.toArray()).toString();
    };
    expect(await save('Save as SVG')).toContain('The weights of 3 queries for 3 keys');
    const lines = (await save('Save the numbers as CSV'))
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(lines[0]).toEqual(['of', 'query_index', 'column_index', 'first']);
    expect(Number(lines[3][3])).toBeCloseTo(weightsOf(QUERY, QUERY, all, 1)[0][2], 6);
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await expect.poll(() => page.locator('.message').textContent()).toContain('Copied');
    const code: string = await page.evaluate('navigator.clipboard.readText()');
    const body: unknown = JSON.parse(/-d '(.*)'/s.exec(code)?.[1] ?? '');
    const answer: unknown = await (
      await fetch(`${server.url}/attention`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).json();
    expect(answer).toMatchObject({ meta: { scale: 1 } });
    const { weights: answered } = answer as { weights: Matrix };
    expect(answered[0][2]).toBeCloseTo(Number(lines[3][3]), 6);
  });

  it.each([320, 360, 768])('is no wider than a window of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await open('&against={"option":"is_causal","value":true}&tables=1');
    await page.waitForSelector('#weights-difference canvas');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});
