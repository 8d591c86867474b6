/** A page of another origin, in a real browser: what it may read when it is listed, and what it learns when it is not. */
import { createServer, type Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../http/serving.ts';
import { lesson as librarySearch } from '../lesson.ts';
import { listening } from '../listening.ts';
import { hasChromium, launchChromium } from './chromium.ts';

const lesson = { ...librarySearch, query: [librarySearch.query] };

/** What a page does, as it would write it; each resolves to what it got to see. */
const SCRIPT = `
const json = { 'content-type': 'application/json' };
window.ask = async (url, { method = 'GET', body, headers = body && json } = {}) => {
  try {
    const answer = await fetch(url, { method, headers, body });
    const seen = (name) => answer.headers.get(name) !== null;
    return {
      status: answer.status,
      id: seen('x-request-id'), timing: seen('server-timing'), location: answer.headers.get('location'),
      body: await answer.text(),
    };
  } catch (error) {
    return { failed: error.name };
  }
};
window.events = (url) => new Promise((resolve) => {
  const seen = [];
  const source = new EventSource(url);
  for (const name of ['started', 'step', 'progress', 'done', 'problem']) source.addEventListener(name, () => seen.push(name));
  // The stream ends after done, the browser comes back, and what it is told then makes it stop.
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) resolve(seen); };
});
window.dial = (url) => new Promise((resolve) => {
  const socket = new WebSocket(url, 'spotlight.v1');
  socket.onopen = () => socket.send('{"type":"hello"}');
  socket.onmessage = ({ data }) => { resolve({ type: JSON.parse(data).type }); socket.close(); };
  socket.onclose = ({ code, reason }) => resolve({ code, reason });
});
`;

interface Answer {
  failed?: string;
  status: number;
  id: boolean;
  timing: boolean;
  location: string | null;
  body: string;
}

describe.skipIf(!hasChromium)('a page of another origin', () => {
  let browser: Browser;
  let site: Server;
  let page: Page;
  let listing: Serving;
  let closed: Serving;
  beforeAll(async () => {
    site = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(`<!doctype html><script>${SCRIPT}</script>`);
    });
    const origin = `http://127.0.0.1:${await listening(site)}`;
    listing = await serve({ logLevel: 'silent', corsOrigins: [origin] });
    closed = await serve({ logLevel: 'info', corsOrigins: ['https://studio.example'] });
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(origin);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([listing, closed].map((serving) => serving?.app.close()));
    await new Promise((resolve) => site.close(resolve));
  });

  const ask = (url: string, init: object = {}): Promise<Answer> =>
    page.evaluate(`ask(${JSON.stringify(url)}, ${JSON.stringify(init)})`);
  const post = (url: string, body: object | string) =>
    ask(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

  describe('that is listed', () => {
    it('computes tiny and large requests', async () => {
      for (const rows of [1, 2000]) {
        const query = Array.from({ length: rows }, () => librarySearch.query);
        const { status, id, timing, body } = await post(`${listing.url}/attention`, { ...lesson, query });
        expect({ status, id, timing }).toEqual({ status: 200, id: true, timing: true });
        // e² : e⁰ : e² of the values, by hand.
        const [[first]] = JSON.parse(body).output;
        expect(first).toBeCloseTo(7.088, 3);
      }
    });

    it('reads problem documents', async () => {
      for (const [url, code] of [
        [`${listing.url}/nowhere`, 'not_found'],
        [`${listing.url}/attention`, 'method_not_allowed'],
        [`${listing.url}/info?x=1`, 'unknown_field'],
        [`${listing.url}/info?x=${'x'.repeat(20_000)}`, 'headers_too_large'],
      ]) {
        expect(JSON.parse((await ask(url)).body)).toMatchObject({ code });
      }
      expect(JSON.parse((await post(`${listing.url}/attention`, '{')).body)).toMatchObject({ code: 'invalid_json' });
    });

    it('starts, watches and ends runs, over events and WebSocket', async () => {
      const { status, location } = await post(`${listing.url}/attention?stream=1&detail=whole`, lesson);
      expect(status).toBe(201);
      const seen = await page.evaluate(`events(${JSON.stringify(`${listing.url}${location}/events?steps=z`)})`);
      expect(seen).toEqual(['started', 'progress', 'step', 'done']);
      const socket = await page.evaluate(`dial('${listing.url.replace('http', 'ws')}/attention/stream')`);
      expect(socket).toEqual({ type: 'welcome' });
      expect((await ask(listing.url + location, { method: 'DELETE' })).status).toBe(204);
    });
  });

  describe('that is not listed', () => {
    it('gets nothing', async () => {
      for (const path of ['/info', '/health/live', '/nowhere', '/examples/library-search']) {
        expect(await ask(closed.url + path)).toEqual({ failed: 'TypeError' });
      }
      expect(await post(`${closed.url}/attention`, lesson)).toEqual({ failed: 'TypeError' });
      expect(await page.evaluate(`events('${closed.url}/runs/x/events')`)).toEqual([]);
    });

    it('starts nothing, asking first or not', async () => {
      const body = JSON.stringify({ request: { kind: 'attention', ...lesson }, detail: 'whole' });
      expect(await post(`${closed.url}/runs`, body)).toEqual({ failed: 'TypeError' });
      const simple = { method: 'POST', body, headers: { 'content-type': 'text/plain' } };
      expect(await ask(`${closed.url}/runs`, simple)).toEqual({ failed: 'TypeError' });
      const answered = closed.lines.filter(({ method }) => method === 'POST' || method === 'OPTIONS');
      expect(answered.length).toBeGreaterThanOrEqual(2);
      expect(new Set(answered.map(({ status, code }) => `${status} ${code}`))).toEqual(
        new Set(['403 origin_not_allowed']),
      );
    });

    it('reads why its WebSocket was closed', async () => {
      const socket = await page.evaluate(`dial('${closed.url.replace('http', 'ws')}/attention/stream')`);
      expect(socket).toEqual({ code: 4403, reason: expect.stringMatching(/CORS_ORIGINS$/) });
    });
  });
});
