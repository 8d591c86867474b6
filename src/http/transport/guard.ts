/** What holds for every request, whatever its route: its id is answered, it is found where its client is, and it is whole. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from '../../errors.ts';
import { hostCount } from './host.ts';
import { isElsewhere, prefixOf } from './outside.ts';
import { offersWebSocket, STREAM_PATH } from './upgrades.ts';

/** Names every request in its answer, whatever becomes of it. */
export function identify(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    done();
  });
}

/** Says where things are as whoever asks finds them. */
export function locate(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    const prefix = prefixOf(request.raw);
    const location = prefix === '' ? undefined : reply.getHeader('location');
    if (typeof location === 'string' && location.startsWith('/')) reply.header('location', prefix + location);
    done();
  });
}

export function guard(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => done(refusal(request)));
}

function refusal({ raw, routeOptions, is404 }: FastifyRequest): RequestError | undefined {
  const { headers, httpVersion } = raw;
  const hosts = hostCount(raw);
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1'))
    return new RequestError('bad_request', `a request has one Host header, this one has ${hosts}`);
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    return new RequestError('expectation_failed', 'the only expectation that can be met is 100-continue');
  }
  if (isElsewhere(raw)) {
    return new RequestError(
      'not_found',
      `there is nothing at this path; all that there is begins with ${prefixOf(raw)}/`,
    );
  }
  if (!is404 && routeOptions.url !== STREAM_PATH && offersWebSocket(raw)) {
    const there = prefixOf(raw) + STREAM_PATH;
    return new RequestError('not_found', `there is no WebSocket at this path; the step stream is at ${there}`);
  }
  return undefined;
}
