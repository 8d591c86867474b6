import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { SpotlightClient, SpotlightError } from '../../client/src/client.ts';
import { type Keyed, serveKeyed } from '../access/keyed.ts';
import { serve } from '../http/serving.ts';
import { failureOf } from './failure.ts';
import { scriptedSockets } from './scripted-socket.ts';

const request = { kind: 'attention', query: [[1, 0]], key: [[1, 0]], value: [[2]] } as const;
const retries = { attempts: 1 };

let keyed: Keyed;
beforeAll(async () => {
  keyed = await serveKeyed({ logLevel: 'silent' });
});
afterAll(() => keyed.app.close());

const clientOf = (token?: string | (() => string | Promise<string>)) =>
  new SpotlightClient({ baseUrl: keyed.url, token, WebSocket, retries });

/** Numbers of the steps that an address gives. */
async function stepsAt(url: string): Promise<string[]> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return [...(await answer.text()).matchAll(/^event: step\n(?:id: .*\n)?/gm)].map(([event]) => event);
}

describe('a client with a token', () => {
  it.each([
    ['a text', () => keyed.keys.all],
    ['a function', () => () => keyed.keys.all],
    ['a function that takes its time', () => async () => keyed.keys.all],
  ])('that is %s asks, streams and reads events', async (_what, token) => {
    const client = clientOf(token());
    expect((await client.attention({ query: [[1]], key: [[1]], value: [[3]] })).output).toEqual([[3]]);
    expect((await client.info()).access).toBe('keys');
    const seqs: number[] = [];
    for await (const { seq } of client.stream(request, { detail: 'whole' })) seqs.push(seq);
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const { run } = await client.runs.start(request, { detail: 'whole' });
    const url = await client.runs.eventsUrl(run, { after: 2, only: { steps: ['v', 'z'] } });
    expect(url).not.toContain(keyed.keys.all);
    expect(await stepsAt(url)).toHaveLength(2);
    // Its ticket was used.
    expect((await fetch(url)).status).toBe(401);
  });

  it('asks the function anew for every request and every connection', async () => {
    const given: string[] = [];
    const client = clientOf(() => {
      given.push(keyed.keys.all);
      return keyed.keys.all;
    });
    await client.runs.start(request, { detail: 'whole' });
    await client.tokenizers();
    for await (const _ of client.stream(request, { detail: 'whole' })) break;
    expect(given).toHaveLength(3);
  });

  it('hears what the service refuses, with its code', async () => {
    const refused = async (token?: string) => failureOf(clientOf(token).info());
    expect(await refused()).toMatchObject({ code: 'missing_credentials', status: 401 });
    expect(await refused('wrong')).toMatchObject({ code: 'invalid_token', status: 401 });
    expect(await refused(keyed.keys.runs)).toMatchObject({ code: 'insufficient_scope', status: 403 });
    expect(await failureOf(clientOf('wrong').stream(request, { detail: 'whole' }).next())).toMatchObject({
      code: 'stream_closed',
      closeCode: 4401,
    });
    expect(await failureOf(clientOf(keyed.keys.attention).runs.eventsUrl('x'))).toMatchObject({ status: 403 });
  });

  it('fails with what the function throws, once and as it is', async () => {
    let asked = 0;
    const reason = new Error('signed out');
    const fails = async () => {
      asked++;
      throw reason;
    };
    const client = new SpotlightClient({ baseUrl: keyed.url, token: fails, WebSocket });
    await expect(client.info()).rejects.toBe(reason);
    await expect(client.stream(request, { detail: 'whole' }).next()).rejects.toBe(reason);
    await expect(client.runs.eventsUrl('x')).rejects.toBe(reason);
    expect(asked).toBe(3);
  });

  it('waits for the function no longer than the call may take', async () => {
    const never = () => new Promise<string>(() => {});
    const client = new SpotlightClient({ baseUrl: keyed.url, token: never, WebSocket });
    expect(await failureOf(client.info({ retries: { deadlineMs: 20 } }))).toMatchObject({ code: 'timed_out' });
    const controller = new AbortController();
    const call = client.info({ signal: controller.signal });
    controller.abort('enough');
    await expect(call).rejects.toBe('enough');
  });

  it.each([['two words'], [''], [5], [undefined]])(
    'refuses the token %j of a function, and does not repeat it',
    async (given) => {
      const client = Reflect.construct(SpotlightClient, [{ baseUrl: keyed.url, token: () => given, WebSocket }]);
      for (const call of [client.info(), client.stream(request, { detail: 'whole' }).next()]) {
        const error = await failureOf(call);
        expect(error).toBeInstanceOf(SpotlightError);
        expect(error).toMatchObject({ code: 'invalid_argument', pointer: '/token' });
        expect(error.detail).toBe('token must be a text of 1 to 4096 visible ASCII characters');
      }
    },
  );

  it('says hello with what the function gives, and nothing when it was left meanwhile', async () => {
    const sockets = scriptedSockets();
    let give = (_token: string) => {};
    const token = () =>
      new Promise<string>((resolve) => {
        give = resolve;
      });
    const client = new SpotlightClient({ baseUrl: 'http://x', token, WebSocket: sockets.WebSocket });
    const first = client.watch('r');
    const socket = await sockets.next();
    socket.open();
    expect(socket.look()).toEqual([]);
    await Promise.resolve();
    give('t');
    await expect.poll(() => socket.look()).toEqual([{ type: 'hello', encoding: 'json', token: 't' }]);
    await first.return();
    const second = client.watch('r');
    const other = await sockets.next();
    other.open();
    await Promise.resolve();
    await second.return();
    give('t');
    await new Promise((resolve) => setImmediate(resolve));
    expect(other.look()).toEqual([]);
  });
});

describe('a client without a token', () => {
  it('asks for no ticket, and gives the bare address of events', async () => {
    const open = await serve({ logLevel: 'silent' });
    const client = new SpotlightClient({ baseUrl: open.url, WebSocket });
    const { run } = await client.runs.start(request, { detail: 'whole' });
    const url = await client.runs.eventsUrl(run);
    expect(url).toBe(`${open.url}/runs/${run}/events`);
    expect(await stepsAt(url)).toHaveLength(7);
    await open.app.close();
  });
});
