import { afterEach, describe, expect, it, vi } from 'vitest';
import { serviceUrl } from '../../client/src/address.ts';
import { SpotlightClient } from '../../client/src/client.ts';
import { failureOf } from './failure.ts';
import { scriptedSockets } from './scripted-socket.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** As if this were a page; `base` is what its document says that relative addresses are to be read by. */
function onPage(href: string, base = href): void {
  vi.stubGlobal('location', { href, origin: new URL(href).origin });
  vi.stubGlobal('document', { baseURI: base });
}

describe('the base of a client in a page', () => {
  it.each([
    ['', 'https://shop.example/'],
    ['/', 'https://shop.example/'],
    ['/api', 'https://shop.example/api/'],
    ['/api/', 'https://shop.example/api/'],
    ['api', 'https://shop.example/a/api/'],
    ['.', 'https://shop.example/a/'],
    ['//other.example/x', 'https://other.example/x/'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/'],
  ])('is read by the address of the page: %j is %s', (baseUrl, url) => {
    onPage('https://shop.example/a/page.html?q=1#top');
    expect(serviceUrl(baseUrl).href).toBe(url);
  });

  it('is read by the base of the document, also where the page has no address', () => {
    onPage('https://shop.example/a/page.html', 'https://shop.example/b/');
    expect(serviceUrl('api').href).toBe('https://shop.example/b/api/');
  });

  it('is read by the address of a worker, which has no document', () => {
    vi.stubGlobal('location', { href: 'https://shop.example/worker.js', origin: 'https://shop.example' });
    expect(serviceUrl('/api').href).toBe('https://shop.example/api/');
  });
});

describe('a page of another origin', () => {
  const tensors = { query: [1], key: [[1]], value: [[1]] };
  const retries = { attempts: 3, baseMs: 1, maxMs: 2 };
  const line =
    'origin_not_allowed: api.example does not let pages of https://shop.example in: its CORS_ORIGINS has to name that origin';

  /** A browser's fetch and the service behind it; what it was asked for. */
  function browser(isThere: (mode: string | undefined) => boolean) {
    const asked: [path: string, mode: string | undefined][] = [];
    const fetch: typeof globalThis.fetch = async (url, { mode } = {}) => {
      asked.push([new URL(String(url)).pathname, mode]);
      // What a browser says of every failure.
      if (!isThere(mode)) throw new TypeError('Failed to fetch');
      const response = new Response(null, { status: 200 });
      Object.defineProperty(response, 'type', { value: mode === 'no-cors' ? 'opaque' : 'cors' });
      return response;
    };
    return { fetch, asked };
  }

  it('learns in one line that it is not allowed, and asks once', async () => {
    onPage('https://shop.example/');
    const { fetch, asked } = browser((mode) => mode === 'no-cors');
    const client = new SpotlightClient({ baseUrl: 'https://api.example', fetch, retries });
    const error = await failureOf(client.attention(tensors));
    expect(error).toMatchObject({ code: 'origin_not_allowed', status: 403, message: line, isTemporary: false });
    expect(asked).toEqual([
      ['/attention', undefined],
      ['/health/live', 'cors'],
      ['/health/live', 'no-cors'],
    ]);
  });

  it.each([
    ['nobody answers', () => false],
    ['the service lets it read, so that something else was the matter', (mode?: string) => mode !== undefined],
  ])('goes on trying when %s', async (_name, isThere) => {
    onPage('https://shop.example/');
    const { fetch, asked } = browser(isThere);
    const client = new SpotlightClient({ baseUrl: 'https://api.example', fetch, retries });
    expect(await failureOf(client.attention(tensors))).toMatchObject({ code: 'connection_failed' });
    expect(asked.filter(([path]) => path === '/attention')).toHaveLength(3);
  });

  it('learns it of a stream whose upgrade a gateway has refused, and asks once', async () => {
    onPage('https://shop.example/');
    const { fetch } = browser((mode) => mode === 'no-cors');
    const sockets = scriptedSockets();
    const { WebSocket } = sockets;
    const client = new SpotlightClient({ baseUrl: 'https://api.example', fetch, WebSocket, retries });
    const stream = client.watch('r');
    (await sockets.next()).end(1006);
    const error = await failureOf(stream.next());
    expect(error).toMatchObject({ code: 'origin_not_allowed', message: line, cause: { closeCode: 1006 } });
    expect(sockets.made).toBe(1);
  });

  it.each([
    ['of the service itself', 'https://api.example/page'],
    ['that is none, but Node', undefined],
  ])('is not one %s', async (_name, href) => {
    if (href !== undefined) onPage(href);
    const { fetch, asked } = browser((mode) => mode === 'no-cors');
    const client = new SpotlightClient({ baseUrl: 'https://api.example', fetch, retries });
    expect(await failureOf(client.attention(tensors))).toMatchObject({ code: 'connection_failed' });
    expect(asked).toHaveLength(3);
  });
});
