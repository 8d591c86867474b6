/** GET /attention/stream: what is checked before a connection becomes a WebSocket. */
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../../access/access.ts';
import type { Config } from '../../config/config.ts';
import { RequestError, shuttingDown } from '../../errors.ts';
import type { Callers } from '../../limits/callers.ts';
import { PROTOCOL } from '../../stream/protocol.ts';
import type { Streams } from '../../stream/streams.ts';
import { handshakeQuery } from '../documents/query-schemas.ts';
import { callerOf } from '../transport/caller-limits.ts';
import { ask, identifiedBy } from '../transport/credentials.ts';
import { NOT_ALLOWED, type Origins } from '../transport/origins.ts';
import { prefixOf, toldOf } from '../transport/outside.ts';
import { lackOf, STREAM_PATH } from '../transport/upgrades.ts';

/** Registers what makes WebSockets of the upgrades that a server gets; to be called before the routes. */
export function websockets(app: FastifyInstance, { maxBodyBytes }: Config, server: Server): void {
  app.register(websocket, {
    options: {
      server,
      maxPayload: maxBodyBytes,
      // Numbers do not get smaller by it, and it costs each connection memory.
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
    },
    // Sessions say goodbye themselves.
    preClose: (done) => done(),
    errorHandler: (error, socket, request) => {
      request.log.debug({ err: error }, 'a stream was broken');
      socket.terminate();
    },
  });
}

export function streamRoute(
  app: FastifyInstance,
  { streams, origins, access, callers }: { streams: Streams; origins: Origins; access: Access; callers: Callers },
): void {
  app.route({
    method: 'GET',
    url: STREAM_PATH,
    schema: { hide: true, querystring: handshakeQuery },
    preValidation: async (request, reply) => {
      if (!request.ws) {
        await ask(request, reply, access, { needs: 'runs', takesTicket: true });
        return;
      }
      requireProtocol(request.headers);
      if (streams.isOver) throw shuttingDown();
    },
    handler: async ({ raw }, reply) => {
      reply.headers({ upgrade: 'websocket', 'sec-websocket-version': '13' });
      throw new RequestError('upgrade_required', needed(raw));
    },
    wsHandler: (socket, request) => {
      // A page can read the code of a close, but not the status of an upgrade that was refused.
      const { raw, headers } = request;
      if (origins.asker(headers, toldOf(raw)) === 'stranger') socket.close(4403, NOT_ALLOWED);
      // As above: credentials that do not do are told in a close, too, after hello.
      else {
        streams.connect(socket, raw.socket, {
          prefix: prefixOf(raw),
          known: identifiedBy(request, access, true),
          onKnown: (principal) => {
            request.principal = principal;
          },
          callerOf: (principal) => callerOf(raw, access.asOfNow(principal), { callers, access }),
        });
      }
    },
  });
}

/** @throws RequestError `unknown_protocol` */
function requireProtocol(headers: IncomingHttpHeaders): void {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(PROTOCOL)) throw new RequestError('unknown_protocol', `offer the subprotocol ${PROTOCOL}`);
}

/** Why a request was not upgraded. */
function needed(request: IncomingMessage): string {
  const lack = lackOf(request) ?? 'Connection: Upgrade, which gateways drop where they are not told otherwise';
  return `this path speaks WebSocket, with the subprotocol ${PROTOCOL}; that needs ${lack}`;
}
