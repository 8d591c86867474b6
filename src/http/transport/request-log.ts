/** One line in the log for each request, when its answer is out or its client gone. Never a header, a query or a body. */
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../errors.ts';
import type { Timings } from '../../requests/request.ts';
import { announcedLength } from './body.ts';
import { clientAddress, toldOf } from './outside.ts';
import { toMicroseconds } from './server-timing.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why it was refused. */
    problem: ErrorCode | undefined;
    timings: Timings | undefined;
  }
  interface FastifyContextConfig {
    /** Routes that are asked so often that their lines would hide the others. */
    quiet?: boolean;
  }
}

/** What nginx calls a client that closed the connection before its answer. */
const CLIENT_GONE = 499;

export function logRequests(app: FastifyInstance): void {
  app.decorateRequest('problem', undefined);
  app.decorateRequest('timings', undefined);
  app.addHook('onRequest', (request, reply, done) => {
    const start = performance.now();
    // Now: a connection that is gone has no address.
    const client = clientAddress(request.raw);
    reply.raw.once('close', () =>
      logAnswer(app.log, { ...answeredBy(request, reply), client, ms: performance.now() - start }),
    );
    done();
  });
}

/** What the line of a request tells. */
interface Answered {
  id: string;
  /** The address of whoever sent it. */
  client: string;
  /** How its client found the server, where a gateway told. */
  proto?: string;
  host?: string;
  method: string;
  route: string | null;
  status: number;
  /** Whether all of the answer went out. */
  isSent: boolean;
  ms: number;
  bytesIn: number;
  bytesOut: number;
  code?: ErrorCode;
  timings?: Timings;
  quiet?: boolean;
}

/** Writes the line of a request. */
export function logAnswer(log: Pick<FastifyBaseLogger, 'info' | 'debug'>, answered: Answered): void {
  const { id, client, proto, host, method, route, isSent, bytesIn, bytesOut, code, timings } = answered;
  const fields = {
    requestId: id,
    client,
    ...(proto !== undefined && { proto }),
    ...(host !== undefined && { host }),
    method,
    route,
    status: isSent ? answered.status : CLIENT_GONE,
    ms: toMicroseconds(answered.ms),
    bytesIn,
    bytesOut: isSent ? bytesOut : 0,
    ...(code !== undefined && { code }),
    ...(timings !== undefined && {
      timings: {
        decode: toMicroseconds(timings.decode),
        queue: toMicroseconds(timings.queue),
        compute: toMicroseconds(timings.compute),
        encode: toMicroseconds(timings.encode),
      },
    }),
  };
  log[answered.quiet ? 'debug' : 'info'](fields, isSent ? 'answered' : 'the client went away');
}

function answeredBy(request: FastifyRequest, reply: FastifyReply): Omit<Answered, 'client' | 'ms'> {
  const { routeOptions, problem, timings } = request;
  // A connection that became a WebSocket has no answer to be sent.
  const isStream = request.ws === true && reply.sent;
  return {
    id: request.id,
    ...toldOf(request.raw),
    method: request.method,
    route: routeOptions.url ?? null,
    status: isStream ? 101 : reply.statusCode,
    isSent: isStream || reply.raw.writableFinished,
    bytesIn: (announcedLength(request.raw) ?? 0) || (request.body instanceof Uint8Array ? request.body.byteLength : 0),
    bytesOut: Number(reply.getHeader('content-length') ?? 0),
    code: problem,
    timings,
    quiet: routeOptions.config?.quiet,
  };
}
