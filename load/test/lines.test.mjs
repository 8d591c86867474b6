import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { Lines, written } from '../http/lines.mjs';

let server;
let connections = 0;
afterEach(() => {
  server.closeAllConnections();
  server.close();
  connections = 0;
});

/** A server that answers as a test says; bodies that it has read stand in `bodies`. */
async function started(answer, bodies = []) {
  server = createServer();
  server.on('connection', () => connections++);
  const take = async (request, response) => {
    if (answer(request, response)) return;
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.end('read');
  };
  server.on('request', take);
  server.on('checkContinue', (request, response) => {
    if (answer(request, response)) return;
    response.writeContinue();
    void take(request, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

const request = (more = {}) => written({ path: '/', type: 'text/plain', body: Buffer.from('a body'), ...more });

describe('lines', () => {
  it('ask again and again on one connection, and read nothing but what counts', async () => {
    const bodies = [];
    const port = await started(() => false, bodies);
    const lines = new Lines(port, 1);
    for (let i = 0; i < 3; i++) expect(await lines.ask(request())).toEqual({ status: 200, retryAfter: undefined });
    expect(bodies).toEqual(Array(3).fill('a body'));
    expect(connections).toBe(1);
    lines.close();
  });

  it('are no more than they may be', async () => {
    const port = await started(() => true);
    const lines = new Lines(port, 2);
    const asked = [lines.ask(request()), lines.ask(request())];
    expect(lines.ask(request())).toBeUndefined();
    await expect.poll(() => connections).toBe(2);
    server.closeAllConnections();
    expect(await Promise.all(asked)).toEqual([{ status: 0 }, { status: 0 }]);
  });

  it('send a body that is expected, and none that is refused, and are made anew when they were closed', async () => {
    const bodies = [];
    let refuses = true;
    const port = await started((_request, response) => {
      if (refuses) response.writeHead(503, { 'retry-after': '7', connection: 'close' }).end('no');
      return refuses;
    }, bodies);
    const lines = new Lines(port, 1);
    expect(await lines.ask(request({ expects: true }))).toEqual({ status: 503, retryAfter: '7' });
    refuses = false;
    expect(await lines.ask(request({ expects: true }))).toEqual({ status: 200, retryAfter: undefined });
    expect(bodies).toEqual(['a body']);
    expect(connections).toBe(2);
    lines.close();
  });
});
