/**
 * Tiny requests in the form that nearly all have, answered before Fastify sees them: its hooks, parsers and reply cost more
 * than the attention of some words. The answer is the one that they would get on the long road, byte for byte; all that is
 * unusual about a request, or wrong with it, sends it there.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Access } from '../../access/access.ts';
import { nameOf, type Principal } from '../../access/principal.ts';
import type { Caller } from '../../limits/caller.ts';
import type { Callers } from '../../limits/callers.ts';
import type { AttentionPool } from '../../pool/pool.ts';
import type { HeldBytes } from '../../pressure/held-bytes.ts';
import type { JobRequest, Timings } from '../../requests/request.ts';
import type { TinyLane } from '../../requests/tiny-answers.ts';
import type { Traces } from '../../traces/trace.ts';
import type { AllowedHosts } from './allowed-hosts.ts';
import { announcedLength } from './body.ts';
import { callerOf, limitFields } from './caller-limits.ts';
import { clientKey } from './client-key.ts';
import { hostCount } from './host.ts';
import type { Origins } from './origins.ts';
import { clientAddress, type Outside, toldOf } from './outside.ts';
import { requestId } from './request-id.ts';
import { noteAnswer, type RequestBook, traceparentOf } from './request-log.ts';
import { serverTiming } from './server-timing.ts';
import { type TakingLimit, type TakingLimits, watchTaking } from './taking.ts';
import { offersWebSocket } from './upgrades.ts';

const PATH = '/attention';
const JSON_TYPE = 'application/json';
/**
 * Requests that were read together are computed together, then answered together: the code of each step stays in the
 * processor's caches, and a client that waits is woken once. After so many ms the event loop has its turn before the rest.
 */
const TOGETHER_MS = 0.4;

export interface ExpressSetting {
  pool: Pick<AttentionPool, 'isReady' | 'admit'>;
  tiny: Pick<TinyLane, 'answer'>;
  config: { tinyBodyBytes: number; maxBodyBytes: number } & TakingLimits;
  book: RequestBook;
  traces: Pick<Traces, 'begin'>;
  held: HeldBytes;
  origins: Origins;
  outside: Outside;
  hosts: AllowedHosts;
  access: Pick<Access, 'allowedNow' | 'isOn'>;
  callers: Callers;
  /** Whether the server is shutting down. */
  isDraining: () => boolean;
}

interface TinyAnswer {
  contentType: string;
  /** Its bytes as Latin-1, which is any bytes there and back: Node sends header and body as one text. */
  text: string;
  timings: Timings;
  /** Who has paid for it. */
  caller: Caller | undefined;
}

interface Waiting {
  request: IncomingMessage;
  response: ServerResponse;
  length: number;
  /** When its header was read, in ms. */
  start: number;
  client: string;
  principal: Principal;
}

/** A listener for requests that answers what it can at once, and leaves all else to `longRoad`. */
export function expressLane(longRoad: RequestListener, setting: ExpressSetting): RequestListener {
  const { origins, outside, hosts, access } = setting;
  /** What pages are told where no page asks. */
  const toPrograms = Object.entries(origins.headersFor({})).flat();
  const mostBytes = Math.min(setting.config.tinyBodyBytes, setting.config.maxBodyBytes);

  const waiting: Waiting[] = [];

  function answerTogether(): void {
    const begin = performance.now();
    const answers: (TinyAnswer | undefined)[] = [];
    for (const { request, length, principal } of waiting) {
      // A body that came in the same packets as its header is here by now; one that did not has time for the long road.
      const body: Uint8Array | null = request.read();
      const caller = callerOf(request, principal, setting);
      const isThere = body?.byteLength === length && isLetIn(caller);
      const answer = isThere ? tinyAnswer(setting, body, caller) : undefined;
      if (answer === undefined && body !== null) request.unshift(body);
      answers.push(answer);
      if (performance.now() - begin >= TOGETHER_MS) break;
    }
    const done = waiting.splice(0, answers.length);
    if (waiting.length > 0) setImmediate(answerTogether);
    answers.forEach((answer, i) => {
      if (answer === undefined) longRoad(done[i].request, done[i].response);
      else send(answer, done[i]);
    });
  }

  function send(
    { contentType, text, timings, caller }: TinyAnswer,
    { request, response, start, client, principal }: Waiting,
  ): void {
    const { held, config, book, traces } = setting;
    const id = requestId(request);
    const trace = traces.begin({ traceparent: traceparentOf(request), start });
    const bytes = text.length;
    response.writeHead(200, [
      'x-request-id',
      id,
      'x-content-type-options',
      'nosniff',
      'content-type',
      contentType,
      'content-length',
      String(bytes),
      'server-timing',
      serverTiming(timings),
      ...(trace === undefined ? [] : ['traceparent', trace.traceparent]),
      ...(caller === undefined ? [] : Object.entries(limitFields(caller)).flat()),
      ...(request.headers.origin === undefined
        ? toPrograms
        : Object.entries(origins.headersFor(request.headers)).flat()),
    ]);
    response.end(text, 'latin1');
    const finish = (isSent: boolean, limit?: TakingLimit) =>
      noteAnswer(book, {
        id,
        request,
        client,
        method: 'POST',
        route: PATH,
        status: 200,
        sent: isSent ? 'all' : 'part',
        ms: performance.now() - start,
        bytesIn: announcedLength(request) ?? 0,
        bytesOut: isSent ? bytes : 0,
        limit,
        timings,
        trace,
        key: nameOf(principal),
      });
    // Nearly always the system has taken all of it by now; of one whose client has gone nothing will be heard any more.
    if (response.destroyed || response.socket?.writableLength === 0) {
      finish(!response.destroyed);
      return;
    }
    const own = held.of(clientKey(request, principal));
    own.add(bytes);
    let limit: TakingLimit | undefined;
    watchTaking(response, config, (hit) => {
      limit = hit;
    });
    response.once('close', () => {
      own.give(bytes);
      // Node calls an answer finished, too, whose connection we closed.
      finish(limit === undefined && response.writableFinished, limit);
    });
  }

  const isRefused = (request: IncomingMessage) =>
    !hosts.allow(request) ||
    (request.headers.origin !== undefined && origins.asker(request.headers, toldOf(request)) === 'stranger');

  return (request, response) => {
    const isOurs = outside.arrive(request);
    const length = plainLength(request);
    const mayBeTaken =
      isOurs &&
      length !== undefined &&
      // Nothing is no JSON; and to read nothing would end the request before anybody listens.
      length > 0 &&
      length <= mostBytes &&
      !setting.isDraining() &&
      !isRefused(request);
    // Who may not is told so on the long road.
    const principal = mayBeTaken ? access.allowedNow(request.headers.authorization, 'attention') : undefined;
    if (principal === undefined || length === undefined) {
      longRoad(request, response);
      return;
    }
    waiting.push({ request, response, length, start: performance.now(), client: clientAddress(request), principal });
    if (waiting.length === 1) setImmediate(answerTogether);
  };
}

/** The length of the body of a request that has nothing unusual about it. */
function plainLength(request: IncomingMessage): number | undefined {
  if (request.url !== PATH || request.method !== 'POST') return undefined;
  const { headers } = request;
  const isPlain =
    headers['content-type'] === JSON_TYPE &&
    (headers.accept === undefined || headers.accept === '*/*' || headers.accept === JSON_TYPE) &&
    hostCount(request) === 1 &&
    !offersWebSocket(request) &&
    headers['content-encoding'] === undefined &&
    headers['request-timeout'] === undefined &&
    headers.expect === undefined &&
    headers['transfer-encoding'] === undefined;
  return isPlain ? announcedLength(request) : undefined;
}

/** Whether it is known that one more request may come in. */
function isLetIn(caller: Caller | undefined): boolean {
  return caller === undefined || (caller.refusal() === undefined && caller.toWaitFor('tiny') === undefined);
}

/** The answer, when it is in one piece; none when there is a fault, which the long road finds again and explains. */
function tinyAnswer(
  { pool, tiny }: ExpressSetting,
  body: Uint8Array,
  caller: Caller | undefined,
): TinyAnswer | undefined {
  if (!pool.isReady) return undefined;
  const job: JobRequest = { kind: 'attention', body, contentType: JSON_TYPE, accept: undefined };
  try {
    pool.admit(body.byteLength);
    const answer = tiny.answer(job, 'lent', caller);
    if (answer?.pieces.length !== 1) return undefined;
    const { contentType, pieces, timings } = answer;
    const [{ buffer, byteOffset, byteLength }] = pieces;
    caller?.count();
    caller?.payBytes(body.byteLength + byteLength);
    return { contentType, text: Buffer.from(buffer, byteOffset, byteLength).toString('latin1'), timings, caller };
  } catch {
    return undefined;
  }
}
