/** The Model view in a real browser, with files whose weights are made here, by plain arithmetic. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.ts';
import { hasChromium } from './chromium.ts';
import { type OpenStudio, openStudio } from './open-studio.ts';

const [LAYERS, HEADS, LENGTH] = [3, 5, 4];
const TOKENS = ['The', 'sl', '##eeps', 'well'];

/** Head h of layer l puts (l + 1) / 8 on key h, and the rest on the next. */
const weight = (layer: number, head: number, key: number): number =>
  key === head % LENGTH ? (layer + 1) / 8 : key === (head + 1) % LENGTH ? 1 - (layer + 1) / 8 : 0;

const range = (count: number) => [...Array(count).keys()];
const attentions = range(LAYERS).map((layer) =>
  range(HEADS).map((head) => range(LENGTH).map(() => range(LENGTH).map((key) => weight(layer, head, key)))),
);
const jsonFile = (content: object, name = 'mine.json') => ({
  name,
  mimeType: '',
  buffer: Buffer.from(JSON.stringify(content)),
});

describe.skipIf(!hasChromium)('the attentions of a model in the studio', () => {
  let studio: OpenStudio;
  let server: RunningServer;
  let page: Page;
  let broken: string[];
  const asked: string[] = [];
  beforeAll(async () => {
    studio = await openStudio();
    ({ server, page, broken } = studio);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    page.on('request', (request) => request.method() !== 'GET' && asked.push(request.url()));
  });
  afterAll(() => studio.close());
  beforeEach(async () => {
    await page.goto('about:blank');
    await page.goto(`${server.url}/#view=model`);
    await page.waitForSelector('#heads[aria-busy=false]');
    asked.length = 0;
  });

  const fragment = () => new URL(page.url()).hash;
  const open = async (content: object, name?: string) => {
    await page.locator('input[type=file]').setInputFiles(jsonFile(content, name));
    await page.waitForSelector(`#heads[aria-busy=false]`);
  };
  const label = () => page.locator('#heads').getAttribute('aria-label');
  const title = () => page.locator('.model-head h2').textContent();
  const pair = async () => [
    await page.locator('.pair .label').textContent(),
    await page.locator('.pair .weight').getAttribute('title'),
  ];
  const said = () => page.locator('.stage [role=status]').last().textContent();

  it('shows an example before any file is there', async () => {
    expect(await label()).toMatch(/^5 layers by 4 heads/);
    expect(await page.locator('.dump-name').textContent()).toContain('An example, by arithmetic');
    // It is one of a head that looks at the word before.
    await page.goto(`${server.url}/#view=model&model=0+1+0+2`);
    await expect
      .poll(said)
      .toMatch(/^Layer 0, head 1\. Mostly looks at the word before: 0\.89\. “cat” looks at the 0\.97/);
    expect(broken).toEqual([]);
  });

  it('shows a file that was dropped, and sends it nowhere', async () => {
    const bytes = [...Buffer.from(JSON.stringify({ attentions, tokens: TOKENS }))];
    await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(${JSON.stringify(bytes)})], 'mine.json'));
      const stage = document.querySelector('.stage');
      for (const type of ['dragover', 'drop'])
        stage.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
    await expect.poll(label).toMatch(/^3 layers by 5 heads/);
    await expect.poll(() => page.locator('.dump-name').textContent()).toBe('mine.json 3 × 5 heads, 4 words');
    const words = page.getByRole('group', { name: 'The words' }).getByRole('button');
    await expect.poll(() => words.allTextContents()).toEqual(TOKENS);
    expect(asked).toEqual([]);
    expect(broken).toEqual([]);
  });

  it('picks a head by a click, by arrows and by [ and ], each a link', async () => {
    await open({ attentions, tokens: TOKENS });
    const box = await page.locator('#heads').boundingBox();
    if (box === null) throw new Error('there is no picture');
    await page.mouse.click(box.x + box.width - 6, box.y + box.height - 6);
    await expect.poll(title).toBe('layer 2, head 4');
    await page.locator('#heads').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(title).toBe('layer 1, head 3');
    await page.keyboard.press(']');
    await page.keyboard.press(']');
    await expect.poll(title).toBe('layer 2, head 0');
    await expect.poll(fragment).toBe('#view=model&model=2+0');
    await page.locator('#heads').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('matrix');
  });

  it('says the weights of a word and of a cell, all digits of them', async () => {
    await open({ attentions, tokens: TOKENS });
    await page.goto(`${server.url}/#view=model&model=1+2`);
    await page.getByRole('button', { name: 'sl', exact: true }).first().click();
    await expect.poll(fragment).toBe('#view=model&model=1+2+0+1');
    await page.mouse.move(640, 20);
    // Of layer 1 and head 2: a quarter on “##eeps”, three quarters on “well”.
    await expect.poll(pair).toEqual(['sl → well', '0.75']);
    await expect.poll(said).toContain('“sl” looks at well 0.75, ##eeps 0.25.');
    await page.locator('#matrix').focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(pair).toEqual(['sl → ##eeps', '0.25']);
    await page.keyboard.press('Escape');
    await expect.poll(fragment).toBe('#view=model&model=1+2');
  });

  it('shows parts of words as one word', async () => {
    await open({ attentions, tokens: TOKENS });
    await page.getByRole('button', { name: '##eeps', exact: true }).first().click();
    await page.getByRole('checkbox', { name: 'Parts of words as one word' }).check();
    const words = page.getByRole('group', { name: 'The words' }).getByRole('button');
    await expect.poll(() => words.allTextContents()).toEqual(['The', 'sleeps', 'well']);
    await expect.poll(fragment).toBe('#view=model&model=0+0+0+1&merged=1');
    await page.mouse.move(640, 20);
    // Head 0 of layer 0: an eighth on “The”, seven on “sl”, which is a part of “sleeps”.
    await expect.poll(pair).toEqual(['sleeps → sleeps', '0.875']);
  });

  it('reads a list a layer, a batch, and a file of NumPy', async () => {
    const batched = attentions.map((heads) => [heads, heads.map((rows) => rows.map((row) => [...row].reverse()))]);
    await open(Object.fromEntries(batched.map((layer, i) => [`attentions.${i}`, layer])));
    await expect.poll(() => page.locator('.dump-name').textContent()).toBe('mine.json 2 × 3 × 5 heads, 4 words');
    await page.getByLabel('Batch entry').selectOption('1');
    await page.getByRole('button', { name: '0', exact: true }).first().click();
    await page.mouse.move(640, 20);
    await expect.poll(pair).toEqual(['0 → 2', '0.875']);
    const path = fileURLToPath(new URL('../outside/files/attentions.npz', import.meta.url));
    const buffer = readFileSync(path);
    await page.locator('input[type=file]').setInputFiles({ name: 'attentions.npz', mimeType: '', buffer });
    await expect.poll(label).toMatch(/^3 layers by 4 heads/);
  });

  it('says what is wrong with a file, and keeps what is there', async () => {
    await page.locator('input[type=file]').setInputFiles(jsonFile({ loss: [1, 2] }));
    await expect
      .poll(() => page.locator('.rail [role=alert]').textContent())
      .toContain('In “mine.json”: There are no attentions in this file, but loss (2)');
    expect(await label()).toMatch(/^5 layers by 4 heads/);
    const truncated = readFileSync(fileURLToPath(new URL('../outside/files/truncated.npy', import.meta.url)));
    await page.locator('input[type=file]').setInputFiles({ name: 'a.npy', mimeType: '', buffer: truncated });
    await expect.poll(() => page.locator('.rail [role=alert]').textContent()).toContain('7 bytes are missing');
    await open({ attentions });
    await expect.poll(() => page.locator('.rail [role=alert]').count()).toBe(0);
  });

  it('shows parts of a large head, with the largest weight of each', async () => {
    // Of 1,500 queries and keys, in a file of safetensors: each query looks at itself.
    const length = 1500;
    const header = Buffer.from(
      JSON.stringify({
        attentions: { dtype: 'U8', shape: [1, 1, length, length], data_offsets: [0, length * length] },
      }),
    );
    const data = Buffer.alloc(length * length);
    for (const row of range(length)) data[row * length + row] = 1;
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(header.length));
    const buffer = Buffer.concat([size, header, data]);
    await page.locator('input[type=file]').setInputFiles({ name: 'a.safetensors', mimeType: '', buffer });
    await expect.poll(() => page.locator('.dump-name').textContent()).toContain('1 × 1 heads, 1500 words');
    await page.waitForSelector('#matrix[aria-label*="500 by 500"]');
    await page.locator('#matrix').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect.poll(pair).toEqual(['3–5 → 3–5', '1']);
  });

  it('gives its layer to the Matrix view', async () => {
    await open({ attentions, tokens: TOKENS });
    await page.keyboard.press(']');
    await expect.poll(title).toBe('layer 0, head 1');
    await page.getByRole('button', { name: 'Open in Matrix' }).click();
    await expect.poll(fragment).toMatch(/^#view=matrix&/);
    await expect.poll(() => page.locator('main').textContent()).toContain('mine.json, layer 0');
    // Back leads to where one was.
    await page.goBack();
    await expect.poll(title).toBe('layer 0, head 1');
  });

  it('shows all heads, the words and the matrix each alone on stage', async () => {
    await page.goto(`${server.url}/#view=model&model=0+1+0+2&stage=1`);
    const seen = () =>
      page.locator('[data-picture]:visible').evaluateAll((all) => all.map(({ id, className }) => id || className));
    await expect.poll(seen).toEqual(['heads']);
    await page.keyboard.press('m');
    await expect.poll(seen).toEqual(['text']);
    await page.keyboard.press('m');
    await expect.poll(seen).toEqual(['linked']);
  });

  it('has its pictures as tables, and the two lines to copy', async () => {
    await open({ attentions, tokens: TOKENS });
    await page.keyboard.press('t');
    const heads = page.getByRole('table', { name: 'What each head mostly looks at' });
    // Head 0 of layer 0 has an eighth on the first word; head 4 has the same, as its key is the first again.
    await expect.poll(() => heads.getByRole('row').nth(3).getByRole('cell').first().textContent()).toBe('–');
    await page.getByRole('button', { name: 'Copy them' }).click();
    await expect.poll(() => page.locator('.message').textContent()).toContain('Copied: two lines of Python');
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('np.savez("attention.npz", attentions=');
  });

  it('is taken along as a picture and as numbers', async () => {
    await open({ attentions, tokens: TOKENS });
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name, exact: true }).click(),
      ]);
      return Buffer.concat(await (await download.createReadStream()).toArray()).toString();
    };
    expect(await save('Save as SVG')).toContain('Attention of mine.json, layer 0, head 0');
    const rows = (await save('Save the numbers as CSV')).trimEnd().split('\r\n');
    expect(rows[0]).toBe('query_index,query,key_index,key,weight');
    expect(rows.slice(1, 4)).toEqual(['0,The,0,The,0.125', '0,The,1,sl,0.875', '0,The,2,##eeps,0']);
    expect(rows).toHaveLength(1 + LENGTH * LENGTH);
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await expect.poll(() => page.locator('.message').textContent()).toContain('There is no request');
  });
});
