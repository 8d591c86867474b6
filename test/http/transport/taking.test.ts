import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchTaking } from '../../../src/http/transport/taking.ts';
import { EchoPool, post, serve, until } from '../serving.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** An answer of `bytes` to a client that takes what the test says. */
class Taken extends EventEmitter {
  waiting: number;
  taken = 0;
  isClosed = false;
  readonly req: { socket: object };

  constructor(bytes: number) {
    super();
    this.waiting = bytes;
    const answer = this;
    const handle = {
      bytesWritten: bytes,
      get writeQueueSize() {
        return answer.waiting;
      },
    };
    this.req = {
      socket: {
        _handle: handle,
        get writableLength() {
          return answer.waiting;
        },
        destroy: () => {
          this.isClosed = true;
          this.emit('close');
        },
      },
    };
  }

  take(bytes: number): void {
    this.waiting = Math.max(0, this.waiting - bytes);
  }
}

describe('the clock of an answer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Seconds until a client that takes so many bytes each second loses the connection, and by which variable. */
  function secondsOf(bytes: number, perSecond: (second: number) => number): [seconds: number, limit: string] | 'all' {
    const answer = new Taken(bytes);
    let limit = '';
    // What the watch looks at of a response.
    watchTaking(answer as unknown as ServerResponse, { answerTimeoutMs: 10_000, answerMinRate: 1000 }, (hit) => {
      limit = hit;
    });
    for (let second = 1; second <= 1000; second++) {
      vi.advanceTimersByTime(1000);
      if (answer.isClosed) return [second, limit];
      answer.take(perSecond(second));
      if (answer.waiting === 0) {
        answer.emit('close');
        expect(vi.getTimerCount()).toBe(0);
        return 'all';
      }
    }
    throw new Error('it goes on for ever');
  }

  it('ends after the time-out, and not twice that, for whoever takes nothing', () => {
    expect(secondsOf(MIB, () => 0)).toEqual([10, 'ANSWER_TIMEOUT_MS']);
  });

  it('begins anew with each byte that is taken', () => {
    expect(secondsOf(MIB, (second) => (second <= 5 ? 100_000 : 0))).toEqual([16, 'ANSWER_TIMEOUT_MS']);
  });

  it('lets nobody take byte by byte: 10 s, and 1 s for each 1000 bytes', () => {
    expect(secondsOf(MIB, () => 1)).toEqual([11, 'ANSWER_MIN_RATE']);
    // After t s 500 (t − 1) bytes are taken, which allow 10 + (t − 1) / 2 s: as long as t < 19.
    expect(secondsOf(MIB, () => 500)).toEqual([19, 'ANSWER_MIN_RATE']);
  });

  it('lets everybody end who takes at the least rate', () => {
    expect(secondsOf(500_000, () => 1000)).toBe('all');
  });
});

/** Asks for an answer and reads nothing of it. */
function stuck(port: number): Socket {
  const head = 'POST /attention HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
  const socket = connect(port, '127.0.0.1', () => socket.write(head));
  socket.on('error', () => {}).pause();
  return socket;
}

describe('a client that does not read', () => {
  const piece = Buffer.alloc(MIB, 7);

  it.each([
    ['many pieces', Array.from({ length: 64 }, () => piece)],
    ['one piece', [Buffer.alloc(64 * MIB, 7)]],
  ])('loses the connection after the time-out, on real sockets, with an answer in %s', async (_name, pieces) => {
    const pool = new EchoPool();
    pool.answer = () => pieces;
    // So long that what a busy machine adds is little of it.
    const timeoutMs = 5000;
    const serving = await serve({ answerTimeoutMs: timeoutMs }, pool);
    const socket = stuck(serving.port);
    await until(() => pool.requests.length === 1);
    const start = performance.now();
    await until(() => serving.lines.some((line) => line.limit === 'ANSWER_TIMEOUT_MS'));
    const times = (performance.now() - start) / timeoutMs;
    expect(times).toBeGreaterThan(0.99);
    expect(times).toBeLessThan(1.6);
    expect(serving.lines.find((line) => line.limit !== undefined)).toMatchObject({
      status: 200,
      msg: 'the client did not take all of its answer',
    });
    const metrics = await (await fetch(`${serving.url}/metrics`)).text();
    expect(metrics).toContain('spotlight_limits_hit_total{limit="ANSWER_TIMEOUT_MS"} 1');
    expect(metrics).toContain('spotlight_drops_total{reason="answer_cut"} 1');
    socket.destroy();
    await serving.app.close();
  });

  it('takes no more than its share: others are served, and its own requests are refused', async () => {
    const pool = new EchoPool();
    pool.answer = ({ body }) => (body.byteLength === 2 ? Array.from({ length: 64 }, () => piece) : [body]);
    pool.before = () => until(() => pool.requests.length >= 4);
    const serving = await serve({ maxQueueBytes: 8 * MIB, trustProxy: ['127.0.0.0/8'], logLevel: 'silent' }, pool);
    const sockets = [1, 2, 3, 4].map(() => stuck(serving.port));
    await until(() => pool.requests.length === 4);
    await new Promise((resolve) => setImmediate(resolve));
    const body = new Uint8Array(100 * KIB);
    const from = (client: string) => ({ 'content-type': 'application/json', 'x-forwarded-for': client });
    const own = await post(`${serving.url}/attention`, body, from('127.0.0.1'));
    expect(own.status).toBe(503);
    expect(await own.json()).toMatchObject({ code: 'saturated' });
    for (const client of ['192.0.2.1', '192.0.2.2', '2001:db8::1']) {
      expect((await post(`${serving.url}/attention`, body, from(client))).status).toBe(200);
    }
    for (const socket of sockets) socket.destroy();
    await serving.app.close();
  });
});
