/** How the server answers what goes wrong: errors of routes, paths and methods that are not there, requests that are not HTTP. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, RequestError } from '../../errors.ts';
import { PROBLEM_TYPE, problemOf, type Recipient } from '../../problem-document.ts';
import { rememberBareAnswer } from './bare-answers.ts';
import { announcedLength } from './body.ts';
import type { Connections } from './connections.ts';
import { toldAt } from './error-forms.ts';
import { isWaiting } from './expectation.ts';
import { addressOf } from './forwarded.ts';
import type { Origins } from './origins.ts';
import { type Outside, prefixOf } from './outside.ts';
import { noteBareAnswer, type RequestBook } from './request-log.ts';

/** How long what a refused client still sends is read and dropped before its connection is closed. */
const LINGER_MS = 3000;
/** Rests of bodies up to this are read and dropped, and the connection lives on. */
const SMALL_REST_BYTES = 64 * 1024;

/** Answers all errors of `app` with problem documents. */
export function answerErrors(app: FastifyInstance): void {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set();
    for (const name of [method].flat()) known.add(name);
    methods.set(url, known);
  });
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0];
    const allowed = methods.get(path) ?? [...methods].find(([url]) => fits(path, url))?.[1];
    if (allowed === undefined)
      throw new RequestError(
        'not_found',
        `there is nothing at this path; ${prefixOf(request.raw)}/docs lists what there is`,
      );
    const allow = [...allowed].sort().join(', ');
    reply.header('allow', allow);
    throw new RequestError('method_not_allowed', `this path takes ${allow}`);
  });
}

/** Whether a path is one of a route with parameters, such as /examples/:name. */
function fits(path: string, url: string): boolean {
  const [parts, pattern] = [path.split('/'), url.split('/')];
  return parts.length === pattern.length && pattern.every((part, i) => part === parts[i] || /^:.+$/.test(part));
}

/** For whom the problem documents of a request are. */
export function recipientOf({ id, raw, trace }: FastifyRequest): Recipient {
  return { requestId: id, prefix: prefixOf(raw), traceId: trace?.traceId };
}

/** Sends the problem document of an error, or what its path has in place of one. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.destroyed || request.raw.socket.destroyed) {
    // The client has gone, and with it whatever it would have read.
    reply.hijack();
    return;
  }
  const problem = problemOf(error, recipientOf(request));
  request.problem = problem.code;
  if (error instanceof RequestError) request.limit = error.limit;
  if (problem.code === 'internal') request.log.error({ err: error, trace_id: request.trace?.traceId }, 'a bug of ours');
  const { status, headers, type, body } = toldAt(request.url, problem, error);
  const document = Buffer.from(JSON.stringify(body));
  reply.code(status).headers(headers).type(type).header('content-length', document.byteLength);
  if (!leavesRest(request.raw)) {
    reply.send(document);
    return;
  }
  reply.header('connection', 'close');
  reply.send(isWaiting(request.raw) ? document : lingering(request.raw, document));
}

/** Whether so much of the body has not arrived that waiting for it would not be worth the connection. */
function leavesRest(request: IncomingMessage): boolean {
  const hasBody = request.headers['transfer-encoding'] !== undefined || (announcedLength(request) ?? 0) > 0;
  if (request.complete || !hasBody) return false;
  return request.readableDidRead || (announcedLength(request) ?? Number.POSITIVE_INFINITY) > SMALL_REST_BYTES;
}

/**
 * The document at once, and the end of the answer when the client has stopped sending. Closing a connection on which bytes
 * still arrive resets it, and the client may lose the answer that was on its way (RFC 9112 section 9.6).
 */
function lingering(request: IncomingMessage, document: Buffer): PassThrough {
  const answer = new PassThrough();
  answer.write(document);
  const end = () => {
    clearTimeout(timer);
    answer.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.once('end', end).once('close', end).resume();
  return answer;
}

const CODE_OF_PARSER_ERROR: Record<string, [code: ErrorCode, detail: string]> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'the header is larger than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'the request did not arrive in time'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['body_too_large', 'the chunks of the body have too many extensions'],
  HPE_INVALID_EOF_STATE: ['incomplete_body', 'the connection was closed within the request'],
};

/** What Node tells of a request that its parser did not accept: what was read last, and how far it went there. */
type ParserError = NodeJS.ErrnoException & { rawPacket?: unknown; bytesParsed?: number };

/** What the refusal of a broken request needs. */
interface BareSetting {
  connections: Connections;
  origins: Origins;
  outside: Outside;
  book: RequestBook;
}

/** Answers, on the bare socket, a request that Node's parser did not accept; then closes the connection. */
export function refuseBrokenRequest(
  error: ParserError,
  socket: Socket,
  { connections, origins, outside, book }: BareSetting,
): void {
  const isGone = error.code === 'ECONNRESET' || !socket.writable || connections.hasAnswered(socket);
  const [code, detail] = namesUnknownMethod(error)
    ? (['unknown_method', 'HTTP has no such method; methods are written in capitals'] as const)
    : (CODE_OF_PARSER_ERROR[error.code ?? ''] ?? ['bad_request', 'the request does not follow HTTP/1.1']);
  if (isGone) {
    socket.destroy();
    return;
  }
  const headers = origins.headersFor({ origin: originIn(error.rawPacket) });
  const fault = new RequestError(code, detail, code === 'request_timeout' ? { limit: 'HEADERS_TIMEOUT_MS' } : {});
  // A request whose body broke has a line of its own, when its connection is closed.
  const told = connections.isAnswering(socket) ? undefined : book;
  closeWith(fault, socket, { prefix: outside.basePath, headers, book: told });
}

/**
 * Whether all that is wrong with a request is its method, which HTTP allows anybody to invent (RFC 9110 section 9.1: 501).
 * Node's parser stops there, and says the same of bytes that are no HTTP at all.
 */
function namesUnknownMethod({ code, rawPacket, bytesParsed = 0 }: ParserError): boolean {
  if (code !== 'HPE_INVALID_METHOD' || !Buffer.isBuffer(rawPacket)) return false;
  const line = rawPacket.subarray(rawPacket.lastIndexOf('\n', Math.max(0, bytesParsed - 1)) + 1);
  return /^[\w!#$%&'*+.^`|~-]{1,64} [^\s]+ HTTP\/1\.[01]\r?\n/.test(line.toString('latin1'));
}

/** The origin of a page whose request could not be parsed, where it stands in what was read last. */
function originIn(packet: unknown): string | undefined {
  if (!Buffer.isBuffer(packet)) return undefined;
  return /\r\norigin:[ \t]*([^\s]{1,300})[ \t]*\r\n/i.exec(packet.toString('latin1'))?.[1];
}

/** What is said on a bare socket beside the problem itself, and where it is noted, if anywhere. */
interface BareAnswer {
  prefix: string;
  headers?: Record<string, string>;
  book: RequestBook | undefined;
}

/** Answers on a socket that no request object stands for, closes it, and notes it. */
export function closeWith(error: RequestError, socket: Socket, { prefix, headers = {}, book }: BareAnswer): void {
  // One that is closed does not tell it any more.
  const client = addressOf(socket);
  const id = randomUUID();
  const problem = problemOf(error, { requestId: id, prefix });
  rememberBareAnswer(socket, problem);
  const document = JSON.stringify(problem);
  const reason = {
    400: 'Bad Request',
    405: 'Method Not Allowed',
    408: 'Request Timeout',
    413: 'Content Too Large',
    431: 'Request Header Fields Too Large',
    501: 'Not Implemented',
  }[problem.status];
  const head = [
    `HTTP/1.1 ${problem.status} ${reason ?? 'Error'}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(document)}`,
    `x-request-id: ${id}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${document}`);
  // As above: read on for a moment, so that the answer is not lost to a reset.
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer)).once('end', () => socket.destroySoon());
  if (book !== undefined) noteBareAnswer(book, client, problem, error.limit);
}
