import { existsSync, readdirSync, statSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Fastify, { LogController } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { studioRoutes } from '../../../src/http/routes/studio.ts';
import { EchoPool, type Serving, serve } from '../serving.ts';

const built = new URL('../../../studio/dist/', import.meta.url);
/** As Chromium says it. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

describe('the way in', () => {
  let serving: Serving;
  beforeAll(async () => {
    expect(existsSync(new URL('index.html', built)), 'npm run build:studio').toBe(true);
    serving = await serve({}, new EchoPool());
  });
  afterAll(() => serving.app.close());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(serving.url + path, { headers });

  it('is a page for browsers', async () => {
    const answer = await get('/', { accept: BROWSER });
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toContain('<title>Spotlight</title>');
  });

  it.each(['*/*', 'application/json', 'text/html;q=0.5, application/json', 'image/png', ''])(
    'is an index for programs: %s',
    async (accept) => {
      const answer = await get('/', { accept });
      expect(await answer.json()).toMatchObject({ docs: '/docs' });
    },
  );

  it('tells caches what it depends on, and is asked for anew', async () => {
    const page = await get('/', { accept: BROWSER });
    expect(page.headers.get('vary')).toBe('accept-encoding, accept');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    // Not by fetch, which would ask caches to stand aside.
    const known = { accept: BROWSER, 'if-none-match': page.headers.get('etag') ?? '' };
    expect((await serving.app.inject({ url: '/', headers: known })).statusCode).toBe(304);
    expect((await get('/')).headers.get('vary')).toBe('accept-encoding, accept');
  });

  it('lets the page load nothing from elsewhere and nothing that stands in it', async () => {
    const page = await get('/', { accept: BROWSER });
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none';script-src 'self';style-src 'self';/);
    expect(policy).not.toContain('unsafe');
    expect(await page.text()).not.toMatch(/<style|<script(?![^>]* src=)|style=|\son\w+=/);
  });

  it('has files that are kept for good and came compressed', async () => {
    const script = readdirSync(new URL('assets/', built)).find((name) => /^index-.*\.js$/.test(name));
    const plain = await get(`/assets/${script}`, { 'accept-encoding': 'identity' });
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('x-content-type-options')).toBe('nosniff');
    expect(plain.headers.get('vary')).toBe('accept-encoding');
    const text = await plain.text();
    for (const [encoding, decompress] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      // Not by fetch, which would hide how it came.
      const answer = await serving.app.inject({ url: `/assets/${script}`, headers: { 'accept-encoding': encoding } });
      expect(answer.headers['content-encoding']).toBe(encoding);
      expect(decompress(answer.rawPayload).toString()).toBe(text);
    }
  });

  it('loads at most 120 kB at first, compressed, and a view when it is opened', async () => {
    const page = await (await get('/', { accept: 'text/html' })).text();
    // Scripts, those that they import from the beginning, and style sheets.
    const first = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, name]) => name);
    expect(first.filter((name) => name.endsWith('.js')).length).toBeGreaterThan(0);
    const sizeOf = (name: string) => statSync(new URL(`${name}.br`, built)).size;
    expect(first.reduce((sum, name) => sum + sizeOf(name), 0)).toBeLessThan(120_000);
    const later = readdirSync(new URL('assets/', built)).filter((name) => /-view-.*\.js$/.test(name));
    expect(later.filter((name) => first.includes(`assets/${name}`))).toEqual([]);
    expect(later.length).toBeGreaterThan(0);
  });

  it('answers a problem document for a file that there is not', async () => {
    const answer = await get('/assets/nothing.js');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('a studio that was not built', () => {
  it('leaves the index for everybody, and says so once', async () => {
    const lines: string[] = [];
    const app = Fastify({
      logger: { stream: { write: (line) => void lines.push(line) } },
      logController: new LogController({ disableRequestLogging: true }),
    });
    app.setValidatorCompiler(() => (value: unknown) => ({ value }));
    app.setSerializerCompiler(() => (value: unknown) => JSON.stringify(value));
    await app.register(async (own) => studioRoutes(own, '/nowhere'));
    const answer = await app.inject({ url: '/', headers: { accept: BROWSER } });
    expect(answer.json()).toMatchObject({ docs: '/docs' });
    expect(lines.filter((line) => line.includes('studio was not built'))).toHaveLength(1);
  });
});
