/** What must not be in the log is sent in every way there is, at the level that tells most. */
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PROTOCOL } from '../../../src/stream/protocol.ts';
import { lesson } from '../../lesson.ts';
import { EchoPool, exchange, JSON_TYPE, post, type Serving, serve, until } from '../serving.ts';

const CANARY = 'canary';
const headers = {
  authorization: `Bearer ${CANARY}`,
  'proxy-authorization': `Basic ${CANARY}`,
  cookie: `session=${CANARY}`,
  'x-api-key': CANARY,
  referer: `http://x/${CANARY}`,
  'x-forwarded-host': CANARY,
};
const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

/** Tells a stream what it does not know, and a token. */
async function stream({ port }: Serving): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/attention/stream?key=${CANARY}`, PROTOCOL, {
    headers,
  });
  socket.on('open', () => {
    socket.send(JSON.stringify({ type: 'hello', token: CANARY }));
    socket.send(JSON.stringify({ type: 'watch', id: CANARY, run: CANARY, credits: 1 }));
    socket.send(`{"${CANARY}":`);
  });
  await new Promise((resolve) => socket.once('close', resolve).on('error', () => {}));
}

async function askAll(serving: Serving): Promise<void> {
  const { url, port } = serving;
  const bodies = [
    JSON.stringify({ ...lesson, [CANARY]: CANARY }),
    JSON.stringify({ ...lesson, outputs: [CANARY] }),
    JSON.stringify({ text: CANARY, tokens: [CANARY] }),
    `{"query": ${CANARY}`,
    JSON.stringify({ request: { kind: CANARY } }),
  ];
  const paths = [
    '/attention',
    '/attention/multi-head',
    '/attention/text',
    '/tokenize',
    '/runs',
    '/examples',
    '/nowhere',
  ];
  for (const path of paths)
    for (const body of bodies)
      for (const type of [JSON_TYPE, { 'content-type': `application/${CANARY}` }])
        await (await post(`${url}${path}?${CANARY}=${CANARY}`, body, { ...type, ...headers })).text();
  for (const body of bodies) await (await post(`${url}/attention`, body, { ...JSON_TYPE, ...headers })).text();
  for (const path of [`/${CANARY}`, `/runs/${CANARY}`, `/runs/${CANARY}/events`, `/examples/${CANARY}`, '/docs'])
    await (await fetch(`${url}${path}`, { headers })).text();
  const broken = [
    `GET /${CANARY} HTTP/1.1\r\nHost: x\r\n${fields.join('\r\n')}\r\nX: a\0b\r\n\r\n`,
    `${CANARY} / HTTP/1.1\r\nHost: x\r\n${fields.join('\r\n')}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${CANARY.repeat(4000)}\r\n\r\n`,
    `CONNECT ${CANARY}:443 HTTP/1.1\r\nHost: ${CANARY}\r\n${fields.join('\r\n')}\r\n\r\n`,
    `POST /attention HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${fields[0]}\r\n\r\n3\r\n${CANARY}\r\n\r\n`,
  ];
  for (const text of broken) await exchange(port, text);
  await stream(serving);
}

describe('the log', () => {
  it.each([
    ['the threads', undefined],
    ['a pool that fails', Object.assign(new EchoPool(), { before: () => Promise.reject(new Error('a bug')) })],
  ])('has no secret, header or body of what was sent, with %s', async (_name, pool) => {
    const serving = await serve({ logLevel: 'trace' }, pool);
    await askAll(serving);
    const { app, url, lines } = serving;
    await (await fetch(`${url}/info`)).text();
    await until(() => lines.some(({ route }) => route === '/info'));
    await app.close();
    expect(lines.length).toBeGreaterThan(80);
    expect(lines.filter((line) => JSON.stringify(line).toLowerCase().includes(CANARY))).toEqual([]);
  });
});
