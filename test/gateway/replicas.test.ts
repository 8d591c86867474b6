/** Two replicas behind nginx as deploy/nginx sets it: every kind of traffic that there is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { SpotlightClient } from '../../client/src/client.ts';
import { blocksOf } from '../docs/blocks.ts';
import { JSON_TYPE, post } from '../http/serving.ts';
import { lesson } from '../lesson.ts';
import { type RunningServer, startServer } from '../server.ts';
import { DEPLOYED, hasNginx, type RunningNginx, startNginx } from './nginx.ts';
import { safetensors } from './safetensors.ts';
import { postSecured, startSecured } from './secured.ts';

const request = { ...lesson, query: [lesson.query] };
const plain = JSON.stringify(request);

const [underPath, withTls] = blocksOf('docs/gateway.md').filter(({ language }) => language === 'nginx');
/** In the server, beside what stands there. */
const withLines = (lines: string) => DEPLOYED.replace('listen 80;', `listen 80;\n${lines}`);

describe.skipIf(!hasNginx)('two replicas behind nginx', () => {
  let replicas: RunningServer[];
  let nginx: RunningNginx;
  beforeAll(async () => {
    const env = { WORKERS: '1', TRUST_PROXY: 'loopback', STREAM_HEARTBEAT_MS: '500' };
    replicas = await Promise.all([startServer(env), startServer(env)]);
    nginx = await startNginx({ replicas: replicas.map(({ url }) => url) });
  });
  afterAll(async () => {
    await nginx.stop();
    expect(await Promise.all(replicas.map((replica) => replica.stop()))).toEqual([0, 0]);
  });
  const lines = () =>
    replicas
      .flatMap((replica) => replica.log().split('\n'))
      .filter((line) => line.startsWith('{'))
      .map((line): Record<string, unknown> => JSON.parse(line));
  const lineOf = async (id: string) => {
    for (;;) {
      const line = lines().find(({ requestId }) => requestId === id);
      if (line !== undefined) return line;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  it('answer as one does, and all take part', async () => {
    const ask = async (url: string) => await (await post(`${url}/attention`, plain)).text();
    const expected = await ask(replicas[0].url);
    const before = replicas.map((replica) => replica.log().length);
    expect(await Promise.all(Array.from({ length: 40 }, () => ask(nginx.url)))).toEqual(Array(40).fill(expected));
    for (const [i, replica] of replicas.entries())
      await expect.poll(() => replica.log().length).toBeGreaterThan(before[i]);
  });

  it('take a body of 60 MiB', async () => {
    // All scores are 0, so the output is the mean of the values (1, 1, …).
    const keys = 122_880;
    const body = safetensors({
      query: { shape: [1, 64], values: new Float32Array(64) },
      key: { shape: [keys, 64], values: new Float32Array(keys * 64) },
      value: { shape: [keys, 64], values: new Float32Array(keys * 64).fill(1) },
    });
    expect(body.byteLength).toBeGreaterThan(60 * 2 ** 20);
    const headers = { 'content-type': 'application/vnd.safetensors', accept: 'application/json' };
    const answer = await post(`${nginx.url}/attention`, body, headers);
    expect(answer.status).toBe(200);
    const { output } = z.object({ output: z.array(z.array(z.number())) }).parse(await answer.json());
    expect(output).toEqual([Array(64).fill(1)]);
  });

  it('stream the steps of a run, over WebSocket', async () => {
    const client = new SpotlightClient({ baseUrl: nginx.url, WebSocket });
    const names: string[] = [];
    for await (const step of client.stream({ kind: 'attention', ...request }, { detail: 'whole' }))
      names.push(step.name);
    expect(names.at(-1)).toBe('z');
  });

  it('send events as they come', async () => {
    // So large that it is computed for longer than two signs of life take, and its only step that is asked for is its last.
    const size = 32_768;
    const matrix = { shape: [size, 64], values: new Float32Array(size * 64) };
    const headers = { 'content-type': 'application/vnd.safetensors' };
    const body = safetensors({ query: matrix, key: matrix, value: matrix });
    const started = await post(`${nginx.url}/attention?stream=1&detail=row`, body, headers);
    expect(started.status).toBe(201);
    const location = nginx.url + started.headers.get('location');
    const events = await fetch(`${location}/events?steps=z&rows=${size - 1}`);
    let got = '';
    for await (const bytes of events.body ?? []) {
      got += new TextDecoder().decode(bytes);
      // Some bytes of a comment, which would fill no buffer.
      if (got.includes(': still here')) break;
    }
    expect(got).toMatch(/^event: started/m);
    expect(await (await fetch(location)).json()).toMatchObject({ state: 'running' });
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(204);
  });

  it('keep a client with the replica that has its run', async () => {
    for (let i = 0; i < 4; i++) {
      const started = await post(`${nginx.url}/attention?stream=1`, plain);
      const answer = await fetch(nginx.url + started.headers.get('location'));
      expect(answer.status).toBe(200);
    }
  });

  it('know their client, and how it found them', async () => {
    const headers = { ...JSON_TYPE, 'x-forwarded-for': '203.0.113.7', 'x-request-id': 'through-nginx' };
    await post(`${nginx.url}/attention`, plain, headers);
    const host = new URL(nginx.url).host;
    expect(await lineOf('through-nginx')).toMatchObject({ client: '203.0.113.7', proto: 'http', host });
  });

  it('have one name for a request with nginx', async () => {
    const answer = await fetch(`${nginx.url}/info`);
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('take no prefix from a client', async () => {
    const answer = await post(`${nginx.url}/attention`, '{', { ...JSON_TYPE, 'x-forwarded-prefix': '/evil' });
    expect(await answer.json()).toMatchObject({ type: '/docs/errors#invalid_json' });
  });

  describe('under a path, as docs/gateway.md has it', () => {
    let prefixed: RunningNginx;
    let at: string;
    beforeAll(async () => {
      const template = withLines(underPath.text);
      prefixed = await startNginx({ replicas: replicas.map(({ url }) => url), template });
      at = `${prefixed.url}/attention-service`;
    });
    afterAll(() => prefixed.stop());

    it('begin every link with it', async () => {
      expect((await post(`${at}/attention`, plain)).status).toBe(200);
      const problem = await (await post(`${at}/attention`, '{')).json();
      expect(problem).toMatchObject({ type: '/attention-service/docs/errors#invalid_json' });
      const started = await post(`${at}/attention?stream=1`, plain);
      const location = started.headers.get('location') ?? '';
      expect(location).toMatch(/^\/attention-service\/runs\//);
      expect((await fetch(prefixed.url + location)).status).toBe(200);
      expect(await (await fetch(`${at}/docs`)).text()).toContain(
        'src="/attention-service/docs/static/swagger-ui-bundle.js"',
      );
    });

    it('lead to the slash that the page needs, and stream', async () => {
      const answer = await fetch(at, { redirect: 'manual' });
      expect([answer.status, new URL(answer.headers.get('location') ?? '', at).pathname]).toEqual([
        308,
        '/attention-service/',
      ]);
      const client = new SpotlightClient({ baseUrl: at, WebSocket });
      let steps = 0;
      for await (const _ of client.stream({ kind: 'attention', ...request }, { detail: 'whole' })) steps++;
      expect(steps).toBeGreaterThan(1);
    });
  });

  describe('behind TLS, which nginx ends', () => {
    let secured: RunningNginx;
    beforeAll(async () => {
      secured = await startSecured(
        replicas.map(({ url }) => url),
        withTls.text,
      );
    });
    afterAll(() => secured.stop());

    it.each([
      ['https', 200],
      ['http', 403],
    ])('let the page of their own origin in, of %s: %i', async (scheme, status) => {
      const origin = `${scheme}://${new URL(secured.url).host}`;
      expect(await postSecured(`${secured.url}/attention`, plain, { ...JSON_TYPE, origin })).toBe(status);
    });
  });
});
