import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { openLoop } from '../http/open-loop.mjs';

const servers = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function portOf(answer) {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => answer(response));
  });
  servers.push(server);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

const ask = (port, rate, seconds) =>
  openLoop({ port, path: '/', type: 'text/plain', body: Buffer.from('x'), rate, seconds });

describe('an open loop', () => {
  it('sends as many requests as rate and seconds say, and waits for all answers', async () => {
    const port = await portOf((response) => response.end('ok'));
    const { ok, refused, failed, unsent, latencies } = await ask(port, 200, 0.25);
    expect({ ok, refused, failed, unsent, timed: latencies.length }).toEqual({
      ok: 50,
      refused: 0,
      failed: 0,
      unsent: 0,
      timed: 50,
    });
  });

  it('counts the wait of those who arrived while the server stood still', async () => {
    // Nothing is answered before the last of 20 requests has come: each waits at least from its own arrival until then.
    const waiting = [];
    const port = await portOf((response) => {
      waiting.push(response);
      if (waiting.length === 20) for (const one of waiting) one.end('ok');
    });
    const { latencies } = await ask(port, 100, 0.2);
    const sorted = latencies.toSorted((a, b) => a - b);
    // Arrivals are 10 ms apart, so the k-th before the last has waited at least k × 10 ms.
    expect(sorted.map((ms, k) => ms >= 10 * k)).toEqual(Array(20).fill(true));
  });

  it('keeps sending while nothing is answered', async () => {
    let most = 0;
    let open = 0;
    const port = await portOf((response) => {
      open++;
      most = Math.max(most, open);
      if (open === 30) response.socket.server.closeAllConnections();
    });
    const { ok, failed } = await ask(port, 300, 0.1);
    expect({ ok, failed, most }).toEqual({ ok: 0, failed: 30, most: 30 });
  });

  it('tells refusals from other failures', async () => {
    let count = 0;
    const port = await portOf((response) => {
      response.statusCode = [200, 503, 500][count++ % 3];
      response.end();
    });
    const { ok, refused, failed, latencies } = await ask(port, 300, 0.1);
    expect({ ok, refused, failed, timed: latencies.length }).toEqual({ ok: 10, refused: 10, failed: 10, timed: 10 });
  });
});
