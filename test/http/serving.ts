/** A server of this process on a real port, with small limits or a pool that does what a test says. */
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { buildApp, type Parts } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import type { RequestError } from '../../src/errors.ts';
import type { JobTerms } from '../../src/pool/pool.ts';
import type { JobAnswer, JobRequest } from '../../src/requests/request.ts';

export interface Serving {
  app: FastifyInstance;
  url: string;
  port: number;
  /** What was logged so far, line by line. */
  lines: Record<string, unknown>[];
}

/** Starts a server and waits until it is ready. */
export async function serve(settings: Partial<Config> = {}, pool?: Parts['pool']): Promise<Serving> {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(line, _encoding, done) {
      lines.push(JSON.parse(String(line)));
      done();
    },
  });
  // That other tests keep this process busy is no reason to refuse anything.
  const config = { ...readConfig(), workers: 1, port: 0, maxEventLoopDelayMs: 60_000, ...settings };
  const app = await buildApp(config, { log: pino({ level: config.logLevel }, stream), pool });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  await app.started;
  return { app, url, port: Number(new URL(url).port), lines };
}

/** Answers every request with the text of its body, after `before`; notes what was asked of it. */
export class EchoPool {
  isReady = true;
  ready = Promise.resolve();
  refusal: RequestError | undefined;
  kernel = { name: 'echo', reason: 'a test asked for it', candidates: [] };
  tokenizers = [];
  work = { multiplyAdds: 0, kernelMs: 0 };
  load = { workers: 0, running: 0, busyMs: 0, waiting: 0, waitingBytes: 0 };
  shardCost = 12_000_000;
  requests: JobRequest[] = [];
  signals: AbortSignal[] = [];
  /** Bytes of memory that is out. */
  lent = 0;
  largestLoan = 0;
  /** Memory of answers that have gone. */
  returned: SharedArrayBuffer[] = [];
  memoryOfAnswers: SharedArrayBuffer[] = [];
  before: (request: JobRequest, signal: AbortSignal) => Promise<void> = async () => {};
  answer: (request: JobRequest) => Uint8Array[] = ({ body }) => [Uint8Array.from(body)];
  #loans = new Set<Uint8Array>();

  admit(): void {}

  announce(): () => void {
    this.admit();
    return () => {};
  }

  readonly memory = {
    body: (bytes: number): Uint8Array => {
      const memory = new Uint8Array(bytes);
      this.#loans.add(memory);
      this.lent += bytes;
      this.largestLoan = Math.max(this.largestLoan, bytes);
      return memory;
    },
    release: (body: Uint8Array): void => {
      if (this.#loans.delete(body)) this.lent -= body.byteLength;
    },
    shared: (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes),
    giveBack: (buffers: Iterable<SharedArrayBuffer>): void => {
      this.returned.push(...buffers);
    },
  };

  async run(request: JobRequest, signal: AbortSignal, _terms?: JobTerms): Promise<JobAnswer> {
    this.requests.push(request);
    this.signals.push(signal);
    await this.before(request, signal);
    const timings = { decode: 1.23456, queue: 0, compute: 2, encode: 0.5 };
    return { contentType: 'application/json', pieces: this.answer(request), memory: this.memoryOfAnswers, timings };
  }

  async perform(): Promise<never> {
    throw new Error('nothing is computed here');
  }

  giveMemoryBack(): void {}

  async close(): Promise<void> {}
}

export const JSON_TYPE = { 'content-type': 'application/json' };

export function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = JSON_TYPE,
): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body });
}

/** Resolves when `condition` holds; the event loop turns between looks. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Writes bytes on a bare socket and gives all that comes back until the server closes it. */
export function exchange(port: number, text: string | Uint8Array, { halfClose = false } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => (halfClose ? socket.end(text) : socket.write(text)));
    socket.on('data', (data) => {
      answer += data;
      // As a client does that has its answer; the server reads on until then.
      if (/^connection: close\r$/m.test(answer)) socket.end();
    });
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

/** Status, headers and problem document of a raw answer. */
export function parsed(answer: string): {
  status: number;
  headers: Record<string, string>;
  problem: Record<string, unknown>;
} {
  const [head, body] = answer.split('\r\n\r\n');
  const [line, ...fields] = head.split('\r\n');
  const headers = Object.fromEntries(fields.map((field) => field.toLowerCase().split(': ')));
  return { status: Number(line.split(' ')[1]), headers, problem: JSON.parse(body) };
}
