/** The Diagnose view in a real browser, with dumps whose mistakes are made here, by plain arithmetic. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { floats, text, zip } from '../codec/npz/archive.ts';
import type { RunningServer } from '../server.ts';
import { hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

const [HEADS, ROWS, WIDTH] = [3, 5, 16];

type Matrix = number[][];

/** From −1 to 1. */
const numbers = (seed: number): Matrix =>
  Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: WIDTH }, (_, column) => Math.sin(seed + 7.1 * row + 2.9 * column * (1 + (row % 3)))),
  );
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);

function weightsOf(query: Matrix, key: Matrix, scale: number): Matrix {
  return query.map((q) => {
    const parts = key.map((k) => Math.exp(scale * dot(q, k)));
    const sum = parts.reduce((total, part) => total + part, 0);
    return parts.map((part) => part / sum);
  });
}

const heads = Array.from({ length: HEADS }, (_, head) => ({
  query: numbers(head),
  key: numbers(10 + head),
  value: numbers(20 + head),
}));
/** Of one head, as its scale says. */
const outputOf = ({ query, key, value }: (typeof heads)[number], scale: number): Matrix =>
  weightsOf(query, key, scale).map((weights) =>
    Array.from({ length: WIDTH }, (_, column) =>
      dot(
        weights,
        value.map((row) => row[column]),
      ),
    ),
  );
const RIGHT = 1 / Math.sqrt(WIDTH);
const rightOutput = heads.map((head) => outputOf(head, RIGHT));

const dumpOf = (expected_output: unknown) => ({
  query: heads.map(({ query }) => query),
  key: heads.map(({ key }) => key),
  value: heads.map(({ value }) => value),
  expected_output,
});
/** What code gives that forgets the scale. */
const unscaled = heads.map((head) => outputOf(head, 1));

/** A safetensors file: the length of its header, the header, the numbers. */
function safetensors(tensors: Record<string, { shape: number[]; data: number[] }>): Buffer {
  let end = 0;
  const header: Record<string, object> = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const begin = end;
    end += 4 * data.length;
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  const all = Object.values(tensors).flatMap(({ data }) => data);
  return Buffer.concat([length, text, Buffer.from(Float32Array.from(all).buffer)]);
}

describe.skipIf(!hasChromium)('the diagnosis in the studio', () => {
  let studio: OpenStudio;
  let server: RunningServer;
  let page: Page;
  let broken: string[];
  beforeAll(async () => {
    studio = await openStudio({ WORKERS: '1', MAX_BODY_BYTES: '100000' });
    ({ server, page, broken } = studio);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  afterAll(() => studio.close());
  beforeEach(async () => {
    await page.goto('about:blank');
    broken.length = 0;
    await page.goto(`${server.url}/#view=diagnose`);
    await page.waitForSelector('.verdict');
  });

  const headline = () => page.locator('.verdict h2').textContent();
  const fragment = () => new URL(page.url()).hash;
  /** As a hand does it: over the page, then let go. */
  async function drop(name: string, content: Buffer | object): Promise<void> {
    const bytes = [...(Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content)))];
    await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(${JSON.stringify(bytes)})], ${JSON.stringify(name)}));
      const stage = document.querySelector('.stage');
      for (const type of ['dragover', 'drop'])
        stage.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
    await expect.poll(() => page.locator('.dump-name').textContent()).toContain(name);
  }
  const inspected = async (): Promise<Record<string, string>> => {
    const pairs = page.locator('.pointed dl > div');
    const [names, values] = [await pairs.locator('dt').allTextContents(), await pairs.locator('dd').allTextContents()];
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  };

  it('is one of the views, and shows an example before any file is there', async () => {
    const bar = await page.getByRole('navigation', { name: 'Views' }).getByRole('link').allTextContents();
    expect(bar).toEqual(['Sentence', 'Steps', 'Matrix', 'Tensors', 'Model', 'Diagnose', 'Lesson']);
    await expect.poll(headline).toBe('≠ Different: causal_upper_left');
    expect(await page.locator('.cause').textContent()).toContain('upper left corner');
    expect(broken).toEqual([]);
  });

  it('says of a dropped dump what is wrong, where and why, and shows the two patterns', async () => {
    await drop('mine.json', dumpOf(unscaled));
    await expect.poll(headline).toBe('≠ Different: scale_missing');
    expect(await page.locator('.verdict .lead').textContent()).toMatch(/^\d+ % of the numbers/);
    await page.getByRole('button', { name: 'Show the two patterns' }).click();
    await expect.poll(fragment).toBe('#view=diagnose&patterns=0+0');
    await page.waitForSelector('#pattern-difference canvas');
    await expect
      .poll(() => page.locator('.pattern figcaption').allTextContents())
      .toEqual(['right', 'yours: scale_missing', 'yours − right']);
    // The second query of the third head, and its third key: by keys alone.
    await page.keyboard.press(']');
    await page.keyboard.press(']');
    await expect.poll(fragment).toContain('patterns=0+2');
    await expect.poll(() => page.locator('.patterns .about').textContent()).toContain('Head 2, 5 queries by 5 keys');
    await page.locator('#pattern-yours').focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    await expect.poll(fragment).toContain('patterns=0+2+1+2');
    const { query, key } = heads[2];
    const [right, yours] = [RIGHT, 1].map((scale) => weightsOf(query, key, scale)[1][2]);
    const difference = (yours - right).toFixed(4).replace('-', '−');
    await expect.poll(inspected).toEqual({ right: right.toFixed(4), yours: yours.toFixed(4), difference });
    expect(broken).toEqual([]);
  });

  it('lights the cell that the pointer is on in all three, and lets it go', async () => {
    await drop('mine.json', dumpOf(unscaled));
    await page.getByRole('button', { name: 'Show the two patterns' }).click();
    await page.waitForSelector('#pattern-difference canvas');
    await page.locator('#pattern-right').scrollIntoViewIfNeeded();
    const box = await page.locator('#pattern-right').boundingBox();
    if (box === null) throw new Error('there is no pattern');
    await page.mouse.move(box.x + box.width - 5, box.y + box.height - 5);
    await expect.poll(() => page.locator('.pointed .label').textContent()).toBe('4 → 4');
    const lit = () =>
      Promise.all(
        ['right', 'yours', 'difference'].map((one) =>
          page.locator(`#pattern-${one} rect[stroke="var(--text)"]`).count(),
        ),
      );
    await expect.poll(lit).toEqual([1, 1, 1]);
    await page.mouse.move(640, 20);
    await expect.poll(lit).toEqual([0, 0, 0]);
    await page.mouse.click(box.x + box.width - 5, box.y + box.height - 5);
    await expect.poll(fragment).toContain('patterns=0+0+4+4');
    await page.mouse.move(640, 20);
    await expect.poll(lit).toEqual([1, 1, 1]);
    await page.keyboard.press('Escape');
    await expect.poll(lit).toEqual([0, 0, 0]);
  });

  it('has a map of the errors with their numbers, as they are computed by hand', async () => {
    // One head alone is off, and no known mistake gives its numbers.
    const off = rightOutput.map((rows, head) => rows.map((row) => row.map((x) => (head === 1 ? x + 0.25 : x))));
    await drop('one-head.json', dumpOf(off));
    await expect.poll(headline).toBe('≠ Different');
    expect(await page.locator('.errors h3').textContent()).toBe('Where: head 1');
    expect(await page.locator('.causes h3').textContent()).toContain('Nothing known gives these numbers');
    await page.locator('#matrix').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.pointed .label').textContent()).toBe('head 1, row 0');
    await expect.poll(inspected).toEqual({ 'root mean square': '0.25' });
    await page.getByLabel('Errors by heads').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(inspected).toEqual({
      'root mean square': '0.25',
      largest: '0.25',
      'beyond the tolerance': '100 %',
    });
    // Enter on the map leads to the head.
    await page.locator('#matrix').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect.poll(fragment).toBe('#view=diagnose&patterns=0+1');
    // Without a cause there is one pattern: the right one.
    await expect.poll(() => page.locator('.pattern figcaption').allTextContents()).toEqual(['right']);
  });

  it('says that all is right of what is right', async () => {
    await drop('right.json', dumpOf(rightOutput));
    await expect.poll(headline).toBe('✓ Right');
    expect(await page.locator('.cause').count()).toBe(0);
    expect(await page.locator('.worst').count()).toBe(0);
    await page.getByRole('button', { name: 'Show the right pattern' }).click();
    await expect
      .poll(() => page.locator('.patterns').textContent())
      .toContain('Your numbers are those of this pattern.');
  });

  it('reads safetensors that are picked by the button', async () => {
    const shape = [HEADS, ROWS, WIDTH];
    const flat = (name: 'query' | 'key' | 'value') => ({ shape, data: heads.flatMap((head) => head[name].flat()) });
    const buffer = safetensors({
      query: flat('query'),
      key: flat('key'),
      value: flat('value'),
      expected_output: { shape, data: unscaled.flat(2) },
    });
    await page.locator('input[type=file]').setInputFiles({ name: 'a.safetensors', mimeType: '', buffer });
    await expect.poll(headline).toBe('≠ Different: scale_missing');
    await page.getByRole('button', { name: 'The example again' }).click();
    await expect.poll(headline).toBe('≠ Different: causal_upper_left');
  });

  it('reads what np.savez writes, whose options are arrays without dimensions', async () => {
    const shape = [HEADS, ROWS, WIDTH];
    const archive = zip([
      ...(['query', 'key', 'value'] as const).map((name) =>
        floats(
          name,
          shape,
          heads.flatMap((head) => head[name].flat()),
        ),
      ),
      floats('expected_output', shape, unscaled.flat(2)),
      text('is_causal', 'false'),
    ]);
    await drop('dump.npz', archive);
    await expect.poll(headline).toBe('≠ Different: scale_missing');
  });

  it('copies the options that give the numbers', async () => {
    await drop('mine.json', dumpOf(unscaled));
    await page.getByRole('button', { name: 'Copy the options of scale_missing' }).click();
    await expect.poll(() => page.locator('.message').textContent()).toContain('Copied');
    // What the code has done: no scale is a scale of 1.
    expect(JSON.parse(await page.evaluate('navigator.clipboard.readText()'))).toEqual({ scale: 1 });
  });

  it('says of what the service refuses where it is, and of what would be refused that it is not sent', async () => {
    await drop('broken.json', { ...dumpOf(unscaled), key: [[1, 2], [3]] });
    await expect.poll(() => page.locator('.notice.is-refused').textContent()).toMatch(/^In “key”/);
    expect(await page.locator('.verdict').count()).toBe(0);
    // The browser's own line on an answer of 4xx.
    expect(broken.splice(0).every((line) => line.includes('422') || line.includes('400'))).toBe(true);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    for (const [name, bytes, sentence] of [
      ['model.pt', 10, '“model.pt” is no dump: its name has to end with .npz, .safetensors or .json.'],
      ['large.npz', 200_000, '“large.npz” has 195 KiB, and the service takes 97.7 KiB: fewer heads or rows would fit.'],
    ] as const) {
      const buffer = Buffer.alloc(bytes);
      await page.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer });
      await expect.poll(() => page.locator('.notice[role=alert]').first().textContent()).toBe(sentence);
    }
    expect(asked).toEqual([]);
  });

  it('is a link that leads to the head and the cell of the example', async () => {
    await page.goto('about:blank');
    await page.goto(`${server.url}/#view=diagnose&patterns=0+1+0+2`);
    // The first of the three words, “on”, sees “sat”, and in the wrong code does not.
    await expect.poll(() => page.locator('.pointed .label').textContent()).toBe('on → sat');
    expect((await inspected()).yours).toBe('0');
    await page.goto('about:blank');
    await page.goto(`${server.url}/#view=diagnose&patterns=0+9`);
    await expect.poll(() => page.locator('.patterns .notice').textContent()).toMatch(/head is 9, but there are only 2/);
    broken.length = 0;
  });

  it('is taken along as a picture, as numbers and as the request of its file', async () => {
    await drop('mine.json', dumpOf(unscaled));
    await expect.poll(headline).toBe('≠ Different: scale_missing');
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name, exact: true }).click(),
      ]);
      const stream = await download.createReadStream();
      return { name: download.suggestedFilename(), text: Buffer.concat(await stream.toArray()).toString() };
    };
    const svg = await save('Save as SVG');
    expect(svg.name).toBe('spotlight-diagnosis-mine-json.svg');
    expect(svg.text).toContain('different, scale_missing');
    const errors = await save('Save the numbers as CSV');
    expect(errors.text.split('\r\n')[0]).toBe('axis,from,to,root_mean_square,max_absolute,beyond_tolerance');
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    const code = await page.evaluate('navigator.clipboard.readText()');
    expect(code).toContain(`${server.url}/attention/diagnose`);
    expect(code).toContain(`< 'mine.json'`);
    await page.getByRole('button', { name: 'Show the two patterns' }).click();
    await page.waitForSelector('#pattern-difference canvas');
    const cells = (await save('Save the numbers as CSV')).text.split('\r\n').map((line) => line.split(','));
    expect(cells[0]).toEqual(['query_index', 'key_index', 'right', 'yours']);
    const { query, key } = heads[0];
    const [right, yours] = [RIGHT, 1].map((scale) => weightsOf(query, key, scale)[0][1]);
    expect(Number(cells[2][2])).toBeCloseTo(right, 6);
    expect(Number(cells[2][3])).toBeCloseTo(yours, 6);
  });
});
