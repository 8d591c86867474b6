import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { XmlDocument } from 'libxml2-wasm';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { SpotlightClient } from 'spotlight-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { complaintsOf, hasChromium, launchChromium } from './chromium.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const hasPython = await run('python3', ['--version']).then(
  () => true,
  () => process.env.CI !== undefined,
);
if (!hasPython) console.log('skipped: the copied Python needs python3');

interface Numbers {
  shape: readonly number[];
  values: readonly number[];
}

/** As the format says: the length of a header in JSON, the header, the numbers. */
function safetensors(bytes: Buffer): Record<string, Numbers> {
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> = JSON.parse(
    bytes.toString('utf8', 8, start),
  );
  return Object.fromEntries(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        expect(dtype).toBe('F32');
        return [name, { shape, values: floats(bytes.subarray(start + from, start + to)) }];
      },
    ),
  );
}

/** An archive of files of NumPy's format 1.0 (NEP 1): eight bytes, the length of a header, the header, the numbers. */
function npz(bytes: Buffer): Record<string, Numbers> {
  return Object.fromEntries(
    Object.entries(unzipSync(bytes)).map(([name, content]) => {
      const file = Buffer.from(content);
      const start = 10 + file.readUInt16LE(8);
      const header = file.toString('latin1', 10, start);
      expect(header).toContain("'descr': '<f4', 'fortran_order': False");
      const [, shape] = /'shape': \(([^)]*)\)/.exec(header) ?? [];
      const sizes = shape.split(',').filter((size) => size.trim() !== '');
      return [name.replace(/\.npy$/, ''), { shape: sizes.map(Number), values: floats(file.subarray(start)) }];
    }),
  );
}

const floats = (bytes: Buffer) => Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));

/** Words that mean something to shells and languages. */
const HOSTILE = `It's "so" $HOME \`id\` \\ <b> é 中 😀 =1+1`;

describe.skipIf(!hasChromium)('what is taken from the studio', () => {
  let server: RunningServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let folder: string;
  let broken: string[];
  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
    context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    page = await context.newPage();
    broken = complaintsOf(page);
    folder = await mkdtemp(join(tmpdir(), 'spotlight-carry-'));
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
    expect(await server.stop()).toBe(0);
    expect(broken).toEqual([]);
  });
  beforeEach(() => open(''));

  async function open(fragment: string): Promise<void> {
    await page.goto('about:blank');
    await page.goto(`${server.url}/${fragment}`);
    await page.waitForSelector('.carry');
    await page.waitForSelector('#matrix');
  }
  const button = (name: string) => page.locator('.carry').getByRole('button', { name });
  async function saved(name: string): Promise<{ name: string; bytes: Buffer }> {
    const [download] = await Promise.all([page.waitForEvent('download'), button(name).click()]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }
  async function copied(name: string): Promise<string> {
    await button(name).click();
    await expect.poll(() => page.locator('.message').textContent()).toMatch(new RegExp(`^Copied: .*${name}`));
    return page.evaluate('navigator.clipboard.readText()');
  }
  /** The weights of the picture, cell by cell, as the page saves them. */
  async function weights(): Promise<(number | undefined)[]> {
    const lines = (await saved('CSV')).bytes.toString('utf8').split('\r\n').slice(1, -1);
    return lines.map((line) => Number(/,([^,]*)$/.exec(line)?.[1] || 0));
  }
  const inAnswer = (text: string): number[] => JSON.parse(text).heads[0].weights.flat();

  describe.each([
    ['the first view', ''],
    [
      'words that mean something to shells',
      `#${new URLSearchParams({ text: HOSTILE, temperature: '0.3', exclude_self: '0' })}`,
    ],
    ['two sentences', '#text=Hello+world&mode=cross&vectors=bilingual-example'],
  ])('as code, of %s', (_, fragment) => {
    beforeEach(() => open(fragment));

    it('asks the same with curl', async () => {
      const { stdout } = await run('sh', ['-c', await copied('curl')]);
      expect(inAnswer(stdout)).toEqual(await weights());
    });

    it.skipIf(!hasPython)('asks the same with Python', async () => {
      await writeFile(join(folder, 'copied.py'), await copied('Python'));
      const { stdout } = await run('python3', [join(folder, 'copied.py')]);
      expect(inAnswer(stdout)).toEqual(await weights());
    });

    it('asks the same with TypeScript', async () => {
      // As somebody has it who installed the client; the compiler holds the types as well.
      await mkdir(join(folder, 'node_modules'), { recursive: true });
      await symlink(join(root, 'client'), join(folder, 'node_modules/spotlight-client')).catch(() => {});
      await symlink(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types')).catch(() => {});
      await writeFile(join(folder, 'copied.mts'), await copied('TypeScript'));
      const options = ['--module', 'nodenext', '--target', 'es2022', '--strict', '--types', 'node', '--skipLibCheck'];
      await run(join(root, 'node_modules/.bin/tsc'), [...options, 'copied.mts'], { cwd: folder });
      const { stdout } = await run(process.execPath, ['copied.mjs'], { cwd: folder });
      expect(inAnswer(stdout)).toEqual(await weights());
    });
  });

  it('is a link to the same', async () => {
    await page.locator('.word', { hasText: 'cat' }).click();
    await page.keyboard.press('l');
    await expect.poll(() => page.locator('.message').textContent()).toBe('Copied: the link to what is shown.');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${server.url}/#locked=1`);
  });

  it('can be copied by hand where the browser refuses', async () => {
    const other = await (await browser.newContext()).newPage();
    await other.addInitScript('Object.defineProperty(navigator, "clipboard", { value: undefined })');
    await other.goto(`${server.url}/`);
    await other.waitForSelector('#matrix');
    await other.keyboard.press('l');
    await other.locator('dialog[open] textarea').waitFor();
    expect(await other.evaluate('getSelection().toString()')).toBe(`${server.url}/`);
    await other.keyboard.press('Escape');
    await expect.poll(() => other.locator('dialog[open]').count()).toBe(0);
    await other.context().close();
  });

  it.each([
    ['dark', '#0e0f13', '#ffb84d'],
    ['light', '#faf8f4', '#9a5600'],
  ])('is a picture in SVG, in the %s theme', async (theme, ground, light) => {
    await open(`#theme=${theme}`);
    const { name, bytes } = await saved('SVG');
    expect(name).toBe('spotlight-the-cat-sat-on-the-mat.svg');
    using document = XmlDocument.fromString(bytes.toString('utf8'));
    const content = (path: string) => document.get(path)?.content;
    expect(content('/*/*[local-name()="title"]')).toBe('Attention in “The cat sat on the mat”');
    expect(content('/*/*[local-name()="desc"]')).toBe(
      '“sat” looks at mat 0.63, on 0.18, cat 0.09, The 0.05, the 0.05.',
    );
    expect(document.get('/*/*[local-name()="rect"]/@fill')?.content).toBe(ground);
    // The mat is reached by the widest arc, in the color of light.
    expect(document.get('//*[local-name()="path"][@stroke-opacity > 0.6]/@stroke')?.content).toBe(light);
    const texts = document.find('//*[local-name()="text"]').map((node) => node.content);
    expect(texts.filter((text) => text === 'mat')).toHaveLength(3);
    // Each number of the matrix on the page, and those below the words.
    await page.keyboard.press('t');
    const cells = await page.locator('.tables').first().locator('td').allTextContents();
    for (const cell of cells.filter((cell) => /\d/.test(cell))) expect(texts).toContain(cell);
  });

  it('is a picture in PNG, twice as large', async () => {
    const svg = (await saved('SVG')).bytes.toString('utf8');
    const { name, bytes } = await saved('PNG');
    expect(name).toBe('spotlight-the-cat-sat-on-the-mat.png');
    const { width, height, data } = PNG.sync.read(bytes);
    expect([width, height]).toEqual(
      [/ width="(\d+)"/, / height="(\d+)"/].map((side) => 2 * Number(side.exec(svg)?.[1])),
    );
    // The ground of the corner; and somewhere the full light.
    expect([...data.subarray(0, 4)]).toEqual([0xfa, 0xf8, 0xf4, 0xff]);
    let brightest = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] === 0x9a && data[i + 1] === 0x56) brightest++;
    expect(brightest).toBeGreaterThan(100);
  });

  it('has the matrix of each head, by its name', async () => {
    await open('#heads=semantic+position+previous-token');
    using svg = XmlDocument.fromString((await saved('SVG')).bytes.toString('utf8'));
    expect(svg.find('/*/*/*[local-name()="g"]/*[local-name()="rect"]')).toHaveLength(3 * 36);
    const texts = svg.find('//*[local-name()="text"]').map((node) => node.content);
    // In the legend, and above its matrix.
    for (const name of ['meaning', 'position', 'previous word'])
      expect(texts.filter((text) => text === name)).toHaveLength(2);
    expect(svg.get('/*/*[local-name()="desc"]')?.content).toMatch(
      /^meaning: “sat” looks at .* previous word: “sat” looks at cat 1\.00, /,
    );
  });

  it('is a picture of 500 words, too', async () => {
    const text = Array.from({ length: 500 }, (_, i) => ['cat', 'sat', 'mat', 'red'][i % 4]).join(' ');
    await open(`#${new URLSearchParams({ text })}`);
    await expect.poll(() => page.locator('.word').count()).toBe(500);
    const { bytes } = await saved('PNG');
    expect(PNG.sync.read(bytes).width).toBeGreaterThan(1000);
    const svg = (await saved('SVG')).bytes;
    expect(svg.byteLength).toBeLessThan(1e6);
    XmlDocument.fromString(svg.toString('utf8')).dispose();
  });

  it('is a table of the numbers, whose words compute nothing', async () => {
    await open(`#${new URLSearchParams({ text: HOSTILE })}`);
    const { name, bytes } = await saved('CSV');
    expect(name).toMatch(/^spotlight-it-s-so-home.*\.csv$/);
    const lines = bytes.toString('utf8').split('\r\n');
    expect(lines[0]).toBe('head,query_index,query,key_index,key,weight');
    expect(lines.filter((line) => /(^|,)[=+@]/.test(line))).toEqual([]);
  });

  it('is a file of safetensors and of NumPy, with the weights of each head', async () => {
    await open('#heads=semantic+position');
    const rows = await weights();
    for (const [format, read] of [
      ['as safetensors', safetensors],
      ['as npz', npz],
    ] as const) {
      const { name, bytes } = await saved(format);
      expect(name).toMatch(/^spotlight-the-cat-sat-on-the-mat\.(safetensors|npz)$/);
      const { weights: own, ...others } = read(bytes);
      expect(others).toEqual({});
      expect(own.shape).toEqual([2, 6, 6]);
      expect(own.values).toEqual(rows.map((weight) => Math.fround(weight ?? 0)));
    }
  });

  it('is a file of all matrices of a film so far, by the names of its steps', async () => {
    await page.goto(`${server.url}/#view=steps&heads=semantic&step=7`);
    await page.waitForSelector('.film-large');
    await expect.poll(() => page.locator('.film-small:not(.is-to-come)').count()).toBe(7);
    const tensors = safetensors((await saved('as safetensors')).bytes);
    expect(Object.keys(tensors).sort()).toEqual(['attn_scores', 'k', 'masked', 'pattern', 'q', 'scaled', 'v']);
    const { q, k, attn_scores: scores, pattern, scaled } = tensors;
    const width = q.shape[1];
    // What the steps are by their definition: scores are q · k, and the pattern of one query adds up to 1.
    const product = Array.from({ length: width }, (_, i) => q.values[2 * width + i] * k.values[5 * width + i]);
    const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
    expect(scores.values[2 * 6 + 5]).toBeCloseTo(sum(product), 4);
    expect(sum(pattern.values.slice(12, 18))).toBeCloseTo(1, 5);
    expect(scaled.shape).toEqual([6, 6]);
  });

  it('is a file of what the service answered for tensors', async () => {
    await page.goto(`${server.url}/#view=tensors`);
    await page.waitForSelector('#weights-first canvas');
    const { output, weights: own } = safetensors((await saved('as safetensors')).bytes);
    const { stdout } = await run('sh', ['-c', await copied('curl')]);
    const answer = JSON.parse(stdout);
    expect(output.values).toEqual(answer.output.flat(9).map(Math.fround));
    expect(own.values).toEqual(answer.weights.flat(9).map(Math.fround));
    expect(output.shape).toHaveLength(4);
  });

  it('is a file of both patterns of a diagnosis', async () => {
    await page.goto(`${server.url}/#view=diagnose&patterns=0+0`);
    await page.waitForSelector('#pattern-difference');
    const { right, yours } = npz((await saved('as npz')).bytes);
    const lines = (await saved('CSV')).bytes.toString('utf8').split('\r\n').slice(1, -1);
    const columns = lines.map((line) =>
      line
        .split(',')
        .slice(2)
        .map((one) => Math.fround(Number(one))),
    );
    expect([right.values, yours.values]).toEqual([columns.map(([one]) => one), columns.map(([, other]) => other)]);
  });

  it('is the matrix of a step, and the request of the film', async () => {
    await page.goto(`${server.url}/#view=steps&heads=semantic+position&detail=head&step=6`);
    await page.waitForSelector('.film-large');
    await expect.poll(() => page.locator('.player .count').textContent()).toMatch(/^6 /);
    await page.keyboard.press('t');
    const shown = await page.locator('.tables').first().locator('tbody td').allTextContents();
    const values = (await weights()).filter((value) => value !== 0).map((value) => value?.toFixed(2));
    expect(values).toHaveLength(30);
    expect(shown.filter((cell) => /\d/.test(cell))).toEqual(values);
    const svg = (await saved('SVG')).bytes.toString('utf8');
    XmlDocument.fromString(svg).dispose();
    expect(PNG.sync.read((await saved('PNG')).bytes).width).toBeGreaterThan(800);
    const { stdout } = await run('sh', ['-c', await copied('curl')]);
    expect(JSON.parse(stdout).heads.map(({ name }: { name: string }) => name)).toEqual(['semantic', 'position']);
  });

  it('is a page of the lesson, with its request', async () => {
    const { examples } = await new SpotlightClient({ baseUrl: server.url }).examples();
    for (const { name } of examples) {
      await page.goto('about:blank');
      await page.goto(`${server.url}/#view=lesson&lesson=${name}`);
      await page.waitForSelector('.lesson article');
      using svg = XmlDocument.fromString((await saved('SVG')).bytes.toString('utf8'));
      const { stdout } = await run('sh', ['-c', await copied('curl')]);
      const answer = JSON.parse(stdout);
      const own = answer.heads?.map((head: { weights: number[][] }) => head.weights) ?? answer.weights;
      expect([name, (await weights()).map((weight) => weight ?? 0)]).toEqual([name, own.flat(9)]);
      const { weights: file } = npz((await saved('as npz')).bytes);
      expect([name, file.values]).toEqual([name, own.flat(9).map(Math.fround)]);
      // Each weight of each head has its cell; matrices of thousands are an image each.
      const cells = svg.find('/*/*/*[local-name()="g"]/*[local-name()="rect"]').length;
      const images = svg.find('//*[local-name()="image"]').length;
      if (images === 0) expect([name, cells]).toEqual([name, own.flat(9).length]);
      else expect([name, images]).toEqual([name, own.length]);
    }
  });

  it('says when a picture could not be made', async () => {
    await page.evaluate('HTMLCanvasElement.prototype.toBlob = (done) => done(null)');
    await button('PNG').click();
    await expect
      .poll(() => page.locator('.message').textContent())
      .toBe('Could not save spotlight-the-cat-sat-on-the-mat.png: the picture is too large.');
  });

  it('is a picture by the key s', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('s')]);
    expect(download.suggestedFilename()).toMatch(/\.svg$/);
    await expect.poll(() => page.locator('.message').textContent()).toMatch(/^Saved: .*\.svg\.$/);
  });
});
