/** GET /attention/stream: what is checked before a connection becomes a WebSocket. */
import type { IncomingMessage } from 'node:http';
import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config.ts';
import { RequestError } from '../../errors.ts';
import { PROTOCOL } from '../../stream/protocol.ts';
import type { Streams } from '../../stream/streams.ts';

/** Registers what upgrades connections; to be called before the routes. */
export function websockets(app: FastifyInstance, { maxBodyBytes }: Config): void {
  app.register(websocket, {
    options: {
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

export function streamRoute(app: FastifyInstance, { streams, config }: { streams: Streams; config: Config }): void {
  app.route({
    method: 'GET',
    url: '/attention/stream',
    schema: { hide: true },
    preValidation: async (request, reply) => {
      if (!request.ws) {
        reply.header('upgrade', 'websocket');
        throw new RequestError('upgrade_required', `this path speaks WebSocket, with the subprotocol ${PROTOCOL}`);
      }
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
      if (offered.includes(PROTOCOL)) return;
      throw new RequestError('unknown_protocol', `offer the subprotocol ${PROTOCOL}`);
    },
    handler: async () => {
      throw new RequestError('upgrade_required', 'this path speaks WebSocket');
    },
    wsHandler: (socket, request) => {
      // A page can read the code of a close, but not the status of an upgrade that was refused.
      if (mayOpen(request.raw, config.corsOrigins)) streams.connect(socket, request.raw.socket);
      else socket.close(4403, 'pages of this origin may not open a stream');
    },
  });
}

/** Whether a page may open a stream: programs send no Origin, pages of this server their own. */
export function mayOpen({ headers }: Pick<IncomingMessage, 'headers'>, allowed: readonly string[]): boolean {
  const origin = headers.origin?.toLowerCase();
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  try {
    return new URL(origin).host === headers.host?.toLowerCase();
  } catch {
    return false;
  }
}
