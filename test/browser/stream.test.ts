import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../http/serving.ts';
import { lesson, problem } from '../stream/dial.ts';
import { hasChromium, launchChromium } from './chromium.ts';

interface Seen {
  messages: { type: string; seq?: number; name?: string; data?: unknown; run?: string }[];
  frames: { seq: number; numbers: number[] }[];
  code: number;
}

/** Says `said` over the page's own WebSocket and gives what came until `done`, or until it was closed. */
function watchIn(page: Page, said: object[]): Promise<Seen> {
  return page.evaluate(
    ({ url, messages }) =>
      new Promise<Seen>((resolve) => {
        const seen: Seen = { messages: [], frames: [], code: 0 };
        const socket = new WebSocket(url, 'spotlight.v1');
        socket.binaryType = 'arraybuffer';
        socket.onopen = () => {
          for (const message of messages) socket.send(JSON.stringify(message));
        };
        socket.onmessage = ({ data }) => {
          if (data instanceof ArrayBuffer) {
            // The frame by the words of the documentation, not by our own reader.
            const view = new DataView(data);
            const rank = view.getUint8(17);
            const start = Math.ceil((20 + 4 * rank) / 8) * 8;
            seen.frames.push({ seq: Number(view.getBigUint64(8, true)), numbers: [...new Float32Array(data, start)] });
            return;
          }
          seen.messages.push(JSON.parse(data));
          if (seen.messages.at(-1)?.type === 'done') socket.close();
        };
        socket.onclose = ({ code }) => resolve({ ...seen, code });
      }),
    { url: `${new URL(page.url()).origin.replace('http', 'ws')}/attention/stream`, messages: said },
  );
}

describe.skipIf(!hasChromium)("a browser's own WebSocket", () => {
  let serving: Serving;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    serving = await serve({ logLevel: 'silent' });
    browser = await launchChromium();
    page = await browser.newPage();
    // Any page of this server: its WebSocket comes from the same origin.
    await page.goto(`${serving.url}/health/live`);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await serving?.app.close();
  });

  const start = (request: object, detail: string) => ({ type: 'start', id: 'a', request, detail, credits: 100_000 });

  it('sees the lesson step by step', async () => {
    const { messages, code } = await watchIn(page, [{ type: 'hello' }, start(lesson, 'whole')]);
    expect(messages.map(({ type, name }) => name ?? type)).toEqual([
      'welcome',
      'started',
      'q',
      'k',
      'v',
      'attn_scores',
      'scaled',
      'pattern',
      'z',
      'done',
    ]);
    expect(messages.find(({ name }) => name === 'attn_scores')?.data).toEqual([[2, 0, 2]]);
    expect(code).toBe(1005);
  });

  it('gets fragmented messages and binary frames whole', async () => {
    const hello = (encoding: string) => ({ type: 'hello', encoding });
    const request = problem(2, 200, 4);
    const json = await watchIn(page, [hello('json'), start(request, 'whole')]);
    const binary = await watchIn(page, [hello('binary'), start(request, 'whole')]);
    const steps = json.messages.filter(({ type }) => type === 'step');
    expect(binary.frames.map(({ seq }) => seq)).toEqual(steps.map(({ seq }) => seq));
    for (const [i, { numbers }] of binary.frames.entries()) {
      expect(numbers).toEqual([...Float32Array.from([steps[i].data].flat(9).map(Number))]);
    }
  });

  it('reads the code of a close', async () => {
    expect((await watchIn(page, [{ type: 'ping' }])).code).toBe(4400);
  });

  it('reads events', async () => {
    const seqs = await page.evaluate(
      async (body) => {
        const answer = await fetch('/runs', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
        const { run } = (await answer.json()) as { run: string };
        const seen: number[] = [];
        await new Promise<void>((resolve) => {
          const source = new EventSource(`/runs/${run}/events`);
          source.addEventListener('step', (event) => seen.push(Number(Reflect.get(event, 'lastEventId'))));
          source.addEventListener('done', () => {
            source.close();
            resolve();
          });
        });
        return seen;
      },
      JSON.stringify({ request: lesson, detail: 'whole' }),
    );
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('is refused from a page of another origin', async () => {
    const other = await serve({ logLevel: 'silent' });
    const stranger = await browser.newPage();
    await stranger.goto(`${other.url}/health/live`);
    const code = await stranger.evaluate(
      (url) =>
        new Promise<number>((resolve) => {
          const socket = new WebSocket(url, 'spotlight.v1');
          socket.onclose = (event) => resolve(event.code);
        }),
      `${serving.url.replace('http', 'ws')}/attention/stream`,
    );
    expect(code).toBe(4403);
    await other.app.close();
  });
});
