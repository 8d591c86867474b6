import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { PROTOCOL } from '../../src/stream/protocol.ts';
import { serve, until } from '../http/serving.ts';
import { Client, dial, dialBare, lesson, streamUrl } from '../stream/dial.ts';
import { bearer, type Keyed, serveKeyed, startRun } from './keyed.ts';

let keyed: Keyed;
beforeAll(async () => {
  keyed = await serveKeyed({ logLevel: 'trace' });
});
afterAll(() => keyed.app.close());

async function ticketOf(key: string): Promise<string> {
  const answer = await fetch(`${keyed.url}/tickets`, { method: 'POST', headers: bearer(key) });
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const { ticket, expires_in_seconds: seconds } = (await answer.json()) as Record<string, unknown>;
  expect(seconds).toBe(30);
  return String(ticket);
}

/** A stream with a ticket in its address. */
async function dialWith(ticket: string): Promise<Client> {
  const socket = new WebSocket(`${streamUrl(keyed.url)}?ticket=${ticket}`, PROTOCOL);
  const client = new Client(socket);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return client;
}

const start = (key: string) => startRun(keyed.url, bearer(key));

describe('a stream', () => {
  it('opens with a key in hello', async () => {
    const client = await dial(keyed.url, { token: keyed.keys.runs });
    client.socket.close();
  });

  it('opens with a key in the header, and none in hello', async () => {
    const client = await dialBare(keyed.url, { headers: bearer(keyed.keys.runs) });
    client.send({ type: 'hello' });
    await client.first('welcome');
    client.socket.close();
  });

  it.each([
    ['no key', undefined, 'the stream needs a key or token in hello'],
    ['a key that is not known', 'wrong', 'the key is not one that is known here'],
    ['a key that lacks the scope', 'attention', 'this needs the scope runs; the key or token has only attention'],
  ])('with %s is closed with 4401, and the reason says why', async (_what, name, reason) => {
    const client = await dialBare(keyed.url);
    client.send({ type: 'hello', token: name === 'attention' ? keyed.keys.attention : name });
    // What is said behind it is not heard.
    client.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 9 });
    expect(await client.closed).toEqual({ code: 4401, reason });
    expect(client.messages).toEqual([]);
  });

  it('is closed with 4401 for a wrong key in the header, which a page could not read as a status', async () => {
    const client = await dialBare(keyed.url, { headers: bearer('wrong') });
    client.send({ type: 'hello' });
    expect((await client.closed).code).toBe(4401);
  });

  it('hears what was sent right behind its hello', async () => {
    const client = await dialBare(keyed.url);
    client.send({ type: 'hello', token: keyed.keys.all });
    client.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 9 });
    await client.first('done', 'a');
    client.socket.close();
  });

  it('opens with a ticket, once', async () => {
    const ticket = await ticketOf(keyed.keys.runs);
    const client = await dialWith(ticket);
    client.send({ type: 'hello' });
    await client.first('welcome');
    client.socket.close();
    const again = await dialWith(ticket);
    again.send({ type: 'hello' });
    const { code, reason } = await again.closed;
    expect({ code, reason }).toEqual({
      code: 4401,
      reason: 'the ticket is unknown, was used, or is older than 30 seconds',
    });
  });
});

describe('events', () => {
  it('come with a ticket, once, and only those of whoever asked for it', async () => {
    const run = await start(keyed.keys.all);
    const ticket = await ticketOf(keyed.keys.all);
    const address = `${keyed.url}/runs/${run}/events?steps=z&ticket=`;
    const answer = await fetch(address + ticket);
    expect(answer.status).toBe(200);
    const events = await answer.text();
    expect(events.match(/^event: step$/gm)).toHaveLength(1);
    const again = await fetch(address + ticket);
    expect(again.status).toBe(401);
    expect(again.headers.get('www-authenticate')).toBe('Bearer realm="spotlight", error="invalid_token"');
    expect(await again.json()).toMatchObject({ code: 'invalid_token', pointer: '/ticket' });
    const foreign = await fetch(address + (await ticketOf(keyed.keys.other)));
    expect([foreign.status, ((await foreign.json()) as { code: string }).code]).toEqual([404, 'run_not_found']);
  });

  it('take one ticket and no two: 422 at the parameter, as of any other', async () => {
    const ticket = await ticketOf(keyed.keys.runs);
    const answer = await fetch(`${keyed.url}/runs/x/events?ticket=${ticket}&ticket=x`);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      code: 'invalid_option',
      pointer: '/ticket',
      detail: 'ticket must be given once',
    });
  });

  it('alone take one: a ticket opens no other route', async () => {
    for (const path of ['/info', `/runs/${await start(keyed.keys.all)}`, '/examples']) {
      const ticket = await ticketOf(keyed.keys.all);
      expect((await fetch(`${keyed.url}${path}?ticket=${ticket}`)).status, path).toBe(401);
    }
  });

  it('of a server without keys come with any ticket', async () => {
    const open = await serve({ logLevel: 'silent' });
    const run = await startRun(open.url);
    const { ticket } = (await (await fetch(`${open.url}/tickets`, { method: 'POST' })).json()) as { ticket: string };
    for (let i = 0; i < 2; i++) {
      const events = await fetch(`${open.url}/runs/${run}/events?ticket=${ticket}`);
      expect(events.status).toBe(200);
      await events.arrayBuffer();
    }
    await open.app.close();
  });
});

describe('the log', () => {
  it('has no key, no ticket and no digest of one, at any level', async () => {
    const { keys, lines, url } = keyed;
    const ticket = await ticketOf(keys.all);
    const run = await start(keys.all);
    for (const target of [
      `/runs/${run}/events?ticket=${ticket}`,
      `/nowhere?ticket=${ticket}`,
      `/info?ticket=${ticket}&a=${keys.all}`,
    ]) {
      await (await fetch(url + target, { headers: bearer('canary-canary') })).arrayBuffer();
    }
    const client = await dialWith(ticket);
    client.send({ type: 'hello', token: 'canary-canary' });
    await client.closed;
    await until(() => lines.some(({ code }) => code === 4401));
    await until(() => lines.filter(({ status }) => status === 401).length >= 3);
    const log = JSON.stringify(lines);
    for (const secret of [...Object.values(keys), ticket, 'canary-canary', 'ticket='])
      expect(log).not.toContain(secret);
  });
});
