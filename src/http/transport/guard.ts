/** What holds for every request, whatever its route: its id is answered, it is whole, and the server still serves. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from '../../errors.ts';
import type { Connections } from './connections.ts';

/** Answered even while the server is shutting down. */
const ALWAYS = new Set(['/health/live', '/info']);

export function guard(app: FastifyInstance, connections: Connections): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    done(refusal(request, connections));
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (connections.isDraining) reply.header('connection', 'close');
    done();
  });
}

function refusal({ raw, routeOptions }: FastifyRequest, { isDraining }: Connections): RequestError | undefined {
  const { headers, httpVersion } = raw;
  // Node would answer these two itself, without a problem document.
  if (httpVersion === '1.1' && headers.host === undefined)
    return new RequestError('bad_request', 'an HTTP/1.1 request needs a Host header');
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    return new RequestError('expectation_failed', 'the only expectation that can be met is 100-continue');
  }
  if (isDraining && !ALWAYS.has(routeOptions.url ?? '')) {
    return new RequestError('draining', 'the server is shutting down; send the request again');
  }
  return undefined;
}
