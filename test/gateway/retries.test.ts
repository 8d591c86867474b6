/** What deploy/nginx sends again, and what it does not, before two servers that note what they get. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listening } from '../listening.ts';
import { hasNginx, type RunningNginx, startNginx } from './nginx.ts';

interface Upstream {
  server: Server;
  url: string;
  bodies: string[];
}

async function startUpstream(answer: (upstream: Upstream) => RequestListener): Promise<Upstream> {
  const upstream: Upstream = { server: createServer(), url: '', bodies: [] };
  upstream.server.on('request', async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    upstream.bodies.push(body);
    answer(upstream)(request, response);
  });
  upstream.url = `http://127.0.0.1:${await listening(upstream.server)}`;
  return upstream;
}

describe.skipIf(!hasNginx)('nginx, when a replica fails', () => {
  /** What the next of the two does that is asked; the one after it answers. */
  let failure: RequestListener | undefined;
  let upstreams: Upstream[];
  let nginx: RunningNginx;
  beforeAll(async () => {
    const answer = (): RequestListener => (request, response) => {
      const fail = failure;
      failure = undefined;
      if (fail !== undefined) fail(request, response);
      else response.end('answered');
    };
    upstreams = [await startUpstream(answer), await startUpstream(answer)];
    nginx = await startNginx({ replicas: upstreams.map(({ url }) => url) });
  });
  afterAll(async () => {
    await nginx.stop();
    for (const { server } of upstreams) server.close();
  });
  beforeEach(() => {
    for (const upstream of upstreams) upstream.bodies = [];
  });

  const breakOff: RequestListener = (request) => request.socket.destroy();
  const refuse =
    (status: number): RequestListener =>
    (_request, response) =>
      response.writeHead(status).end('failed');
  const ask = (method: string, path: string, body?: string) => fetch(nginx.url + path, { method, body });
  const got = () => upstreams.flatMap(({ bodies }) => bodies);

  it.each([
    ['breaks off', breakOff],
    ['answers 502', refuse(502)],
    ['answers 503', refuse(503)],
  ])('sends what computes to the other, with all of its body, when one %s', async (_name, how) => {
    failure = how;
    const body = 'x'.repeat(500_000);
    const answer = await ask('POST', '/attention', body);
    expect([answer.status, await answer.text()]).toEqual([200, 'answered']);
    expect(upstreams.map(({ bodies }) => bodies)).toEqual([[body], [body]]);
  });

  it.each([
    ['/runs', breakOff, 502],
    ['/attention?stream=1', breakOff, 502],
    ['/attention/text?detail=row&stream=true', breakOff, 502],
    ['/runs', refuse(503), 503],
  ])('sends POST %s once, as it may have started a run', async (path, how, status) => {
    failure = how;
    expect((await ask('POST', path, 'body')).status).toBe(status);
    expect(got()).toEqual(['body']);
    failure = undefined;
  });

  it.each([500, 504, 429])('passes on what is told with %i', async (status) => {
    failure = refuse(status);
    expect((await ask('POST', '/attention', 'body')).status).toBe(status);
    expect(got()).toEqual(['body']);
  });

  it('sends everything to the other when one is not there', async () => {
    const [{ server }] = upstreams;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    for (const path of ['/attention', '/runs', '/attention?stream=1'])
      for (let i = 0; i < 8; i++) expect((await ask('POST', path, 'body')).status).toBe(200);
    expect(upstreams[1].bodies).toHaveLength(24);
  });
});
