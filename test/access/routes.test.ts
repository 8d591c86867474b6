import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EchoPool, exchange, JSON_TYPE, parsed, type Serving, serve } from '../http/serving.ts';
import { bearer, type Keyed, serveKeyed } from './keyed.ts';

/** Health, pages and documents, of all routes. */
const OPEN = /^(GET|HEAD) \/((v2\/)?health\/(live|ready)|assets\/\*|docs|docs\/.*|(openapi|asyncapi)\.(json|yaml))?$/;

interface Document {
  paths: Record<string, Record<string, { security?: Record<string, string[]>[] }>>;
}

let keyed: Keyed;
let open: Serving;
let served: Document;
beforeAll(async () => {
  keyed = await serveKeyed({ logLevel: 'silent' }, new EchoPool());
  open = await serve({ logLevel: 'silent' }, new EchoPool());
  served = (await (await fetch(`${keyed.url}/openapi.json`)).json()) as Document;
});
afterAll(async () => {
  await Promise.all([keyed.app.close(), open.app.close()]);
});

/** All routes, as Fastify's router tells them: a tree of the pieces of their paths. */
function routesOf({ app }: Serving): string[] {
  const pieces: string[] = [];
  return app
    .printRoutes()
    .split('\n')
    .flatMap((line) => {
      const [, indent, piece, methods] = /^((?:│ {3}| {4})*)[├└]── ([^ ]+)(?: \((.+)\))?$/.exec(line) ?? [];
      if (indent === undefined) return [];
      pieces.length = indent.length / 4;
      pieces.push(piece);
      return (methods?.split(', ') ?? []).map((method) => `${method} ${pieces.join('')}`);
    });
}

/** Asks a route, with an id where it has one. */
function ask(url: string, route: string, headers: Record<string, string> = {}): Promise<Response> {
  const [method, path] = route.split(' ');
  const hasBody = method === 'POST' && path !== '/tickets';
  return fetch(url + path.replace(/:\w+|\*/, 'some'), {
    method,
    headers: { ...headers, ...(hasBody && JSON_TYPE) },
    ...(hasBody && { body: '{}' }),
  });
}

describe('every route', () => {
  it('is known to this test', () => {
    const routes = routesOf(keyed);
    expect(routes).toEqual(
      expect.arrayContaining([
        'POST /attention',
        'GET /attention/stream',
        'DELETE /runs/:id',
        'GET /info',
        'GET /docs',
      ]),
    );
    const documented = Object.entries(served.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(documented.filter((route) => !routes.includes(route))).toEqual([]);
    expect(routes.filter((route) => !OPEN.test(route)).length).toBeGreaterThan(15);
  });

  it('but health, pages and documents answers 401 without a key, with a wrong one, and with one in another form', async () => {
    const wrong: Record<string, string>[] = [
      {},
      bearer('wrong'),
      bearer(`${keyed.keys.all}x`),
      { authorization: keyed.keys.all },
      { authorization: `Basic ${keyed.keys.all}` },
      { authorization: `Bearer ${keyed.keys.all}, Bearer ${keyed.keys.all}` },
      { cookie: `key=${keyed.keys.all}` },
    ];
    for (const route of routesOf(keyed)) {
      for (const headers of wrong) {
        const answer = await ask(keyed.url, route, headers);
        const isEmpty = headers.authorization === undefined;
        if (OPEN.test(route)) expect([200, 404], route).toContain(answer.status);
        else {
          expect(answer.status, route).toBe(401);
          expect(answer.headers.get('www-authenticate')).toBe(
            isEmpty ? 'Bearer realm="spotlight"' : 'Bearer realm="spotlight", error="invalid_token"',
          );
        }
        await answer.arrayBuffer();
      }
    }
  });

  it('with a key that lacks its scope answers 403, and names the scope', async () => {
    for (const route of routesOf(keyed).filter((route) => !OPEN.test(route))) {
      const statuses = await Promise.all(
        (['attention', 'runs', 'ops'] as const).map(async (scope) => {
          const answer = await ask(keyed.url, route, bearer(keyed.keys[scope]));
          const challenge = answer.headers.get('www-authenticate');
          await answer.arrayBuffer();
          return { isRefused: answer.status === 403, needs: /scope="(\w+)"/.exec(challenge ?? '')?.[1] };
        }),
      );
      const [method, path] = route.split(' ');
      const operation = served.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      // Those that the document names; where it names two, a key with one of them is refused, too.
      const named: readonly string[] | undefined = operation?.security?.[0]?.bearer;
      expect(
        statuses.filter(({ isRefused }) => isRefused),
        route,
      ).toHaveLength(named?.length === 2 ? 3 : 2);
      for (const { isRefused, needs } of statuses) {
        expect(needs !== undefined, route).toBe(isRefused);
        if (named !== undefined && isRefused) expect(named, route).toContain(needs);
      }
    }
  });

  it('needs nothing where keys are off, and the document says that none is as good', async () => {
    const document = (await (await fetch(`${open.url}/openapi.json`)).json()) as Document;
    for (const route of routesOf(open)) {
      const answer = await ask(open.url, route);
      expect([401, 403], route).not.toContain(answer.status);
      await answer.arrayBuffer();
    }
    expect(document.paths['/attention'].post.security).toEqual([{}, { bearer: ['attention'] }]);
    expect(served.paths['/attention'].post.security).toEqual([{ bearer: ['attention'] }]);
    expect(served.paths['/health/live'].get.security).toBeUndefined();
    expect(served.paths['/runs/{id}/events'].get.security).toEqual([{ bearer: ['runs'] }, { ticket: ['runs'] }]);
  });
});

describe('a key', () => {
  it('opens what it is for', async () => {
    const body = '{"query":[1]}';
    const headers = { ...JSON_TYPE, ...bearer(keyed.keys.attention) };
    const answer = await fetch(`${keyed.url}/attention`, { method: 'POST', headers, body });
    expect([answer.status, await answer.text()]).toEqual([200, body]);
    const info = await fetch(`${keyed.url}/info`, { headers: bearer(keyed.keys.ops) });
    expect(await info.json()).toMatchObject({ access: 'keys' });
    expect(await (await fetch(`${open.url}/info`)).json()).toMatchObject({ access: 'open' });
  });

  it('is asked for a body that is empty, too, which is then as wrong as without keys', async () => {
    const own = await serveKeyed({ logLevel: 'silent', bodyTimeoutMs: 2000 });
    const headers = { ...JSON_TYPE, ...bearer(own.keys.all) };
    const answer = await fetch(`${own.url}/attention`, { method: 'POST', headers, body: '' });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'invalid_json']);
    await own.app.close();
  });

  it('for attention starts no run', async () => {
    const headers = { ...JSON_TYPE, ...bearer(keyed.keys.attention) };
    const answer = await fetch(`${keyed.url}/attention?stream=1`, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('www-authenticate')).toContain('scope="runs"');
    expect(await answer.json()).toMatchObject({
      code: 'insufficient_scope',
      detail: expect.stringContaining('scope runs'),
    });
  });

  it('is taken with the scheme in any case (RFC 9110 section 11.1)', async () => {
    const headers = { authorization: `bEARER  ${keyed.keys.ops}` };
    expect((await fetch(`${keyed.url}/info`, { headers })).status).toBe(200);
  });

  it('is asked for before a byte of a body is read', async () => {
    const head = ['POST /attention HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 60000000'];
    const answer = await exchange(keyed.port, `${head.join('\r\n')}\r\n\r\n{`);
    expect(parsed(answer)).toMatchObject({ status: 401, headers: { connection: 'close' } });
  });

  it('is not asked for by a preflight, which may announce it', async () => {
    const own = await serveKeyed({ logLevel: 'silent', corsOrigins: ['https://a.example'] }, new EchoPool());
    const origin = { origin: 'https://a.example' };
    const preflight = await fetch(`${own.url}/attention`, {
      method: 'OPTIONS',
      headers: {
        ...origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    // And the page can read why it was refused.
    const refused = await fetch(`${own.url}/attention`, {
      method: 'POST',
      headers: { ...origin, ...JSON_TYPE },
      body: '{}',
    });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://a.example');
    expect(refused.headers.get('access-control-expose-headers')).toContain('www-authenticate');
    expect((await ask(own.url, 'OPTIONS /attention')).status).toBe(405);
    await own.app.close();
  });
});
