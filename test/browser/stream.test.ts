import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serve, until } from '../http/serving.ts';
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
    serving = await serve({ logLevel: 'info' });
    browser = await launchChromium();
    page = await browser.newPage();
    // Any page of this server: its WebSocket comes from the same origin.
    await page.goto(`${serving.url}/health/live`);
  });
  afterAll(async () => {
    await browser?.close();
    await serving?.app.close();
  });

  /** How requests for events were answered. */
  const asked = () =>
    serving.lines.filter(({ route }) => route === '/runs/:id/events').map(({ status }) => Number(status));
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

  /** What an EventSource of the page sees of a run until it comes back no more; `then` is done once it has begun. */
  function follow(request: object, detail: string, then = ''): Promise<string[]> {
    return page.evaluate(
      async ({ body, method }) => {
        const answer = await fetch('/runs', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
        const { run } = (await answer.json()) as { run: string };
        const seen: string[] = [];
        const source = new EventSource(`/runs/${run}/events`);
        for (const name of ['started', 'step', 'progress', 'done', 'problem', 'message']) {
          source.addEventListener(name, (event) => seen.push(`${name} ${Reflect.get(event, 'lastEventId')}`));
        }
        if (method !== '') source.addEventListener('started', () => fetch(`/runs/${run}`, { method }));
        // The browser comes back when the events end, and stops when it is told that there are no others.
        await new Promise<void>((resolve) => {
          source.onerror = () => {
            if (source.readyState === EventSource.CLOSED) resolve();
          };
        });
        return seen;
      },
      { body: JSON.stringify({ request, detail }), method: then },
    );
  }

  it('reads events, comes back once after the last, and stops', async () => {
    const before = asked();
    expect(await follow(lesson, 'whole')).toEqual([
      'started 0',
      ...[1, 2, 3, 4, 5, 6, 7].map((seq) => `step ${seq}`),
      'done done',
    ]);
    await until(() => asked().length === before.length + 2);
    expect(asked().slice(-2)).toEqual([200, 204]);
  });

  it('reads why a run has ended, and stops', async () => {
    const seen = await follow({ ...problem(6, 2048, 4), precision: 'float64' }, 'head', 'DELETE');
    expect(seen.at(0)).toBe('started 0');
    expect(seen.at(-1)).toBe('problem problem');
    await until(() => asked().at(-1) === 204);
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
