import { describe, expect, it } from 'vitest';
import { EchoPool, JSON_TYPE, post, type Serving, serve, until } from '../http/serving.ts';
import { dial } from '../stream/dial.ts';
import { bearer, serveKeyed } from './keyed.ts';

/** The line of the one request of a route. */
async function lineOf({ lines }: Serving, route: string) {
  await until(() => lines.some((line) => line.route === route));
  return lines.find((line) => line.route === route);
}

describe('the line of a request', () => {
  it('names whose key came with it, and neither the key nor its digest', async () => {
    const keyed = await serveKeyed({}, new EchoPool());
    await fetch(`${keyed.url}/info`, { headers: bearer(keyed.keys.ops) });
    expect(await lineOf(keyed, '/info')).toMatchObject({ status: 200, key: 'only-ops' });
    expect(JSON.stringify(keyed.lines)).not.toContain(keyed.keys.ops);
    await keyed.app.close();
  });

  it('names whose key it was that may not do this', async () => {
    const keyed = await serveKeyed({}, new EchoPool());
    await fetch(`${keyed.url}/info`, { headers: bearer(keyed.keys.runs) });
    expect(await lineOf(keyed, '/info')).toMatchObject({ status: 403, key: 'only-runs' });
    await keyed.app.close();
  });

  it('names it on the express lane, too', async () => {
    const keyed = await serveKeyed({ tinyBodyBytes: 4096 });
    const body = '{"query":[[1]],"key":[[1]],"value":[[7]]}';
    const answer = await post(`${keyed.url}/attention`, body, { ...JSON_TYPE, ...bearer(keyed.keys.attention) });
    expect(answer.status).toBe(200);
    expect(await lineOf(keyed, '/attention')).toMatchObject({ status: 200, key: 'only-attention' });
    await keyed.app.close();
  });

  it('names whose key came in the hello of a stream', async () => {
    const keyed = await serveKeyed();
    const client = await dial(keyed.url, { token: keyed.keys.runs });
    client.socket.close();
    expect(await lineOf(keyed, '/attention/stream')).toMatchObject({ status: 101, key: 'only-runs' });
    await keyed.app.close();
  });

  it('names nobody whose key is not known, or where there are no keys', async () => {
    const keyed = await serveKeyed({}, new EchoPool());
    const open = await serve({}, new EchoPool());
    for (const { url } of [keyed, open]) await fetch(`${url}/info`, { headers: bearer('spotlight_wrong') });
    expect(await lineOf(keyed, '/info')).not.toHaveProperty('key');
    expect(await lineOf(open, '/info')).not.toHaveProperty('key');
    await Promise.all([keyed.app.close(), open.app.close()]);
  });
});
