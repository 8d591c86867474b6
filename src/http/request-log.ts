/** One line in the log for each request, when its answer is out or its client gone. Never a header, a query or a body. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../errors.ts';
import type { Timings } from '../workers/job.ts';

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
    reply.raw.once('close', () => log(request, reply, performance.now() - start));
    done();
  });
}

function log(request: FastifyRequest, reply: FastifyReply, ms: number): void {
  const { routeOptions, problem, timings } = request;
  const level = routeOptions.config?.quiet ? 'debug' : 'info';
  // A connection that became a WebSocket has no answer to be sent.
  const isStream = request.ws === true && reply.sent;
  const isSent = isStream || reply.raw.writableFinished;
  const fields = {
    method: request.method,
    route: routeOptions.url ?? null,
    status: isStream ? 101 : isSent ? reply.statusCode : CLIENT_GONE,
    ms: rounded(ms),
    bytesIn:
      Number(request.headers['content-length'] ?? 0) ||
      (request.body instanceof Uint8Array ? request.body.byteLength : 0),
    bytesOut: isSent ? Number(reply.getHeader('content-length') ?? 0) : 0,
    ...(problem !== undefined && { code: problem }),
    ...(timings !== undefined && {
      timings: {
        decode: rounded(timings.decode),
        queue: rounded(timings.queue),
        compute: rounded(timings.compute),
        encode: rounded(timings.encode),
      },
    }),
  };
  request.log[level](fields, isSent ? 'answered' : 'the client went away');
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
