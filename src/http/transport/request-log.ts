/** One line in the log for each request, when its answer is out or its client gone. Never a query, a body, or a header but the user agent. */
import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nameOf } from '../../access/principal.ts';
import type { ErrorCode } from '../../errors.ts';
import type { CountedRequest, RequestCounts } from '../../metrics/request-counts.ts';
import type { Problem } from '../../problem-document.ts';
import type { Timings } from '../../requests/request.ts';
import type { Trace, Traces } from '../../traces/trace.ts';
import { bareAnswerOn } from './bare-answers.ts';
import { announcedLength } from './body.ts';
import { clientAddress, isElsewhere, toldOf } from './outside.ts';
import { toMicroseconds } from './server-timing.ts';
import { userAgent } from './user-agent.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why it was refused. */
    problem: ErrorCode | undefined;
    /** The variable whose limit it hit. */
    limit: string | undefined;
    /** The trace that it belongs to, if any. */
    trace: Trace | undefined;
    /** When the last of its body had arrived, as a time of performance.now(); only where traces are exported. */
    arrivedAt: number | undefined;
    timings: Timings | undefined;
  }
  interface FastifyContextConfig {
    /** Routes that are asked so often that their lines would hide the others. */
    quiet?: boolean;
  }
}

/** What nginx calls a client that closed the connection before its answer. */
const CLIENT_GONE = 499;

type Sent = CountedRequest['sent'];

const MESSAGES: Record<Sent, string> = {
  all: 'answered',
  part: 'the client did not take all of its answer',
  nothing: 'the client went away',
};

/** Where requests that are over are told: each in a line of the log, and in the numbers of all. */
export interface RequestBook {
  log: Pick<FastifyBaseLogger, 'info' | 'debug'>;
  counts: Pick<RequestCounts, 'note'>;
}

/** Watches every request of `app` until it is over. */
export function watchRequests(app: FastifyInstance, book: RequestBook, traces: Traces): void {
  app.decorateRequest('problem', undefined);
  app.decorateRequest('limit', undefined);
  app.decorateRequest('timings', undefined);
  app.decorateRequest('trace', undefined);
  app.decorateRequest('arrivedAt', undefined);
  app.addHook('onRequest', (request, reply, done) => {
    watchRequest(request, reply, book, traces);
    done();
  });
  if (!traces.isExporting) return;
  app.addHook('preHandler', (request, _reply, done) => {
    request.arrivedAt = performance.now();
    done();
  });
}

/** Watches one request until it is over. */
export function watchRequest(request: FastifyRequest, reply: FastifyReply, book: RequestBook, traces: Traces): void {
  const start = performance.now();
  // A socket that is closed does not tell it any more.
  const client = clientAddress(request.raw);
  request.trace = traces.begin({ traceparent: traceparentOf(request.raw), start });
  if (request.trace !== undefined) reply.header('traceparent', request.trace.traceparent);
  reply.raw.once('close', () => noteAnswer(book, answeredBy(request, reply, client, performance.now() - start)));
}

/** Of several, which Node joins, none counts. */
export function traceparentOf({ headers: { traceparent } }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return typeof traceparent === 'string' ? traceparent : undefined;
}

/** What the line of a request tells. */
interface Answered extends CountedRequest {
  id: string;
  request: IncomingMessage;
  /** The address of whoever sent it. */
  client: string;
  /** Whose key or token came with it, where keys are on. */
  key?: string | undefined;
  quiet?: boolean;
  trace: Trace | undefined;
  arrivedAt?: number | undefined;
}

/** Counts a request that is over, and writes its line. */
export function noteAnswer({ log, counts }: RequestBook, answered: Answered): void {
  counts.note(answered);
  const { id, request, client, key, method, route, status, sent, bytesIn, bytesOut, code, limit, timings, trace } =
    answered;
  trace?.end?.({ ...answered, http: request.httpVersion, userAgent: userAgent(request) });
  const told = toldOf(request);
  const fields = {
    requestId: id,
    client,
    ...(key !== undefined && { key }),
    // How its client found the server, where a gateway told.
    ...(told?.proto !== undefined && { proto: told.proto }),
    ...(told?.host !== undefined && { host: told.host }),
    method,
    route,
    status,
    ms: toMicroseconds(answered.ms),
    bytesIn,
    bytesOut,
    http: request.httpVersion,
    userAgent: userAgent(request),
    ...(trace !== undefined && {
      trace_id: trace.traceId,
      ...(trace.spanId !== undefined && { span_id: trace.spanId }),
    }),
    ...(code !== undefined && { code }),
    ...(limit !== undefined && { limit }),
    ...(timings !== undefined && {
      timings: {
        decode: toMicroseconds(timings.decode),
        queue: toMicroseconds(timings.queue),
        compute: toMicroseconds(timings.compute),
        encode: toMicroseconds(timings.encode),
      },
    }),
  };
  log[answered.quiet ? 'debug' : 'info'](fields, MESSAGES[sent]);
}

/** Counts what was refused on a bare socket, before it was a request, and writes its line. */
export function noteBareAnswer(
  { log, counts }: RequestBook,
  client: string,
  { instance, status, code }: Problem,
  limit?: string,
): void {
  counts.note({ route: null, method: null, status, sent: 'all', ms: 0, bytesIn: 0, bytesOut: 0, code, limit });
  log.info({ requestId: instance, client, method: null, route: null, status, code }, 'refused before it was a request');
}

function answeredBy(request: FastifyRequest, reply: FastifyReply, client: string, ms: number): Answered {
  const { raw, routeOptions, timings } = request;
  const onRequest = sentOf(request, reply);
  const bare = onRequest === 'nothing' ? bareAnswerOn(raw.socket) : undefined;
  const sent = bare === undefined ? onRequest : 'all';
  return {
    id: request.id,
    request: raw,
    client,
    key: nameOf(request.principal),
    method: request.method,
    // What is refused beside BASE_PATH only looks like a route.
    route: isElsewhere(raw) ? null : (routeOptions.url ?? null),
    status: bare?.status ?? statusOf(request, reply, sent),
    sent,
    ms,
    bytesIn: (announcedLength(raw) ?? 0) || (request.body instanceof Uint8Array ? request.body.byteLength : 0),
    bytesOut: sent === 'all' ? Number(reply.getHeader('content-length') ?? 0) : 0,
    code: bare?.code ?? request.problem,
    limit: request.limit,
    timings,
    trace: request.trace,
    arrivedAt: request.arrivedAt,
    quiet: routeOptions.config?.quiet,
  };
}

function statusOf(request: FastifyRequest, reply: FastifyReply, sent: Sent): number {
  if (sent === 'nothing') return CLIENT_GONE;
  return becameWebSocket(request, reply) ? 101 : reply.statusCode;
}

/** A connection that became a WebSocket has no answer to be sent. */
function becameWebSocket(request: FastifyRequest, reply: FastifyReply): boolean {
  return request.ws === true && reply.sent && request.problem === undefined;
}

function sentOf(request: FastifyRequest, reply: FastifyReply): Sent {
  const { raw } = reply;
  // Node calls an answer finished, too, whose connection we closed because nobody took it.
  if (request.limit === 'ANSWER_TIMEOUT_MS' || request.limit === 'ANSWER_MIN_RATE') return 'part';
  if (raw.writableFinished || becameWebSocket(request, reply)) return 'all';
  if (!raw.headersSent) return 'nothing';
  // A problem goes out with its header, and its answer is held open while the client still sends: see errors.ts. Events end
  // when their reader likes.
  const isEvents = String(raw.getHeader('content-type')).startsWith('text/event-stream');
  return request.problem !== undefined || isEvents ? 'all' : 'part';
}
