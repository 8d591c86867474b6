import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listening } from '../listening.ts';
import { type RunningServer, startServer } from '../server.ts';
import { hasChromium, launchChromium } from './chromium.ts';

const dist = fileURLToPath(new URL('../../client/dist/', import.meta.url));

/** What the page does, as a page would write it. */
const SCRIPT = `
import { SpotlightClient, SpotlightError } from '/client/client.js';
// This page's own origin.
const client = new SpotlightClient({ baseUrl: '' });
const floats = (shape, ...numbers) => ({ shape, data: Float32Array.from(numbers) });
const request = {
  query: floats([1, 3], 1, 0, 1),
  key: floats([3, 3], 1, 0, 1, 0, 1, 0, 1, 1, 1),
  value: floats([3, 3], 10, 20, 30, 1, 2, 3, 5, 10, 15),
  scale: 1,
};
window.attention = async () => {
  const answer = await client.attention({ ...request, outputs: ['weights'] }, { tensors: 'typed' });
  return [...answer.weights.data];
};
window.refusal = () =>
  client.attention({ ...request, key: [[1]] }).catch((error) => ({
    isOurs: error instanceof SpotlightError, code: error.code, status: error.status, pointer: error.pointer,
  }));
window.stream = async (tensors) => {
  const stream = client.stream({ kind: 'attention', ...request }, { detail: 'whole', tensors, window: 2 });
  const steps = [];
  for await (const { seq, name, data } of stream) {
    steps.push({ seq, name, data: tensors === 'typed' ? [...data.data] : data.flat(3) });
  }
  return { steps, summary: await stream.summary };
};
window.abort = async () => {
  const controller = new AbortController();
  const stream = client.stream({ kind: 'attention', ...request }, { detail: 'row', window: 1, signal: controller.signal });
  await stream.next();
  controller.abort(new Error('the user left'));
  return stream.next().catch((error) => error.message);
};
window.leave = async (baseUrl) => {
  const controller = new AbortController();
  const { signal } = controller;
  const stream = new SpotlightClient({ baseUrl }).stream({ kind: 'attention', ...request }, { detail: 'row', signal });
  controller.abort(new Error('the user left'));
  return stream.started.catch((error) => error.message);
};
document.title = 'ready';
`;

describe.skipIf(!hasChromium)('the client in a browser', () => {
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  const broken: string[] = [];
  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('pageerror', (error) => broken.push(error.message));
    // Under the origin of the service, as for a page that it serves itself.
    await page.route(`${server.url}/client/**/*.js`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice('/client/'.length);
      await route.fulfill({ contentType: 'text/javascript', body: await readFile(dist + name, 'utf8') });
    });
    // A page that really came from there: Chromium lets others not open a WebSocket to this machine.
    await page.goto(`${server.url}/health/live`);
    await page.addScriptTag({ type: 'module', content: SCRIPT });
    await page.waitForFunction("document.title === 'ready'");
  });
  afterAll(async () => {
    await browser.close();
    expect(await server.stop()).toBe(0);
  });

  /** The library search of the lesson: scores 2, 0 and 2. */
  const sum = 2 * Math.exp(2) + 1;
  const weights = [Math.exp(2) / sum, 1 / sum, Math.exp(2) / sum];

  it('loads as plain modules', () => {
    expect(broken).toEqual([]);
  });

  it('computes attention of typed arrays', async () => {
    const got: number[] = await page.evaluate('attention()');
    expect(got).toHaveLength(3);
    for (const [i, weight] of weights.entries()) expect(got[i]).toBeCloseTo(weight, 5);
  });

  it('throws the errors of the service', async () => {
    expect(await page.evaluate('refusal()')).toEqual({
      isOurs: true,
      code: 'shape_mismatch',
      status: 422,
      pointer: '/key',
    });
  });

  it.each(['json', 'numbers', 'typed'])("streams steps over the browser's own WebSocket (%s)", async (tensors) => {
    const { steps, summary }: { steps: { seq: number; name: string; data: number[] }[]; summary: { steps: number } } =
      await page.evaluate(`stream('${tensors}')`);
    expect(steps.map(({ name }) => name)).toEqual(['q', 'k', 'v', 'attn_scores', 'scaled', 'pattern', 'z']);
    expect(steps.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(steps[3].data).toEqual([2, 0, 2]);
    for (const [i, weight] of weights.entries()) expect(steps[5].data[i]).toBeCloseTo(weight, 5);
    expect(summary.steps).toBe(7);
  });

  it('is left before there is a connection, of which the console says nothing', async () => {
    // Takes connections and says nothing, as a busy service for a while.
    const silent = createServer();
    const port = await listening(silent);
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    expect(await page.evaluate(`leave('http://127.0.0.1:${port}')`)).toBe('the user left');
    // What was said would have come before this.
    await page.evaluate("console.log('over')");
    await expect.poll(() => said).toContain('over');
    expect(said).toEqual(['over']);
    silent.close();
  });

  it('is aborted by a signal', async () => {
    expect(await page.evaluate('abort()')).toBe('the user left');
  });
});
