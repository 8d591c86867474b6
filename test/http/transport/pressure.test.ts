import { afterEach, describe, expect, it } from 'vitest';
import { lesson } from '../../lesson.ts';
import { dial, problem } from '../../stream/dial.ts';
import { post, type Serving, serve } from '../serving.ts';

const asked = JSON.stringify({ ...lesson, query: [lesson.query] });
let serving: Serving;
afterEach(() => serving.app.close());

const ask = () => post(`${serving.url}/attention`, asked);

/** All that asks for work, each as one request. */
const works: [path: string, method: string][] = [
  ['/attention', 'POST'],
  ['/attention?stream=1', 'POST'],
  ['/attention/text', 'POST'],
  ['/tokenize', 'POST'],
  ['/runs', 'POST'],
  ['/v2/models/attention/infer', 'POST'],
  ['/examples/library-search', 'GET'],
];
/** What goes on. */
const pages = ['/health/live', '/health/ready', '/v2/health/ready', '/metrics', '/info', '/openapi.json', '/examples'];

describe('a server that is short of memory', () => {
  it('refuses all that asks for work, says by which bound and when to come back, and answers all else', async () => {
    // Node alone has more than 64 MiB.
    serving = await serve({ memoryBytes: 2 ** 26, logLevel: 'silent' });
    await untilTrue(async () => (await ask()).status === 503);
    for (const [path, method] of works) {
      const answer = await (method === 'POST' ? post(serving.url + path, asked) : fetch(serving.url + path));
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '1']);
      expect(await answer.text()).toContain('the server is short of memory');
    }
    for (const path of pages) expect([path, (await fetch(serving.url + path)).status]).toEqual([path, 200]);
    const metrics = await (await fetch(`${serving.url}/metrics`)).text();
    expect(metrics).toMatch(/spotlight_limits_hit_total\{limit="MAX_MEMORY_PERCENT"\} \d/);
  });

  it('refuses runs over a stream, and keeps the stream', async () => {
    serving = await serve({ memoryBytes: 2 ** 26, logLevel: 'silent' });
    await untilTrue(async () => (await ask()).status === 503);
    const client = await dial(serving.url);
    client.send({ type: 'start', id: 'a', request: problem(1, 4, 2), detail: 'row', credits: 10 });
    expect((await client.first('error')).problem.code).toBe('saturated');
    client.send({ type: 'ping', t: 'b' });
    await client.first('pong');
    client.socket.close();
  });
});

describe('a server whose thread is blocked time and again', () => {
  it('refuses work until that is over', async () => {
    serving = await serve({ maxEventLoopDelayMs: 40, logLevel: 'silent' });
    // On a machine that is busy with other tests it may be late before.
    await untilTrue(async () => (await ask()).status === 200);
    const block = setInterval(() => {
      const end = performance.now() + 100;
      while (performance.now() < end);
    }, 1);
    await untilTrue(async () => (await ask()).status === 503);
    const refused = await ask();
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'saturated', detail: expect.stringContaining('too late') });
    expect((await fetch(`${serving.url}/health/ready`)).status).toBe(200);
    clearInterval(block);
    await untilTrue(async () => (await ask()).status === 200);
  });
});

/** Resolves when a question has been answered with yes. */
async function untilTrue(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask())) await new Promise((resolve) => setTimeout(resolve, 20));
}
