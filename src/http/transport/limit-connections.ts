/** What bounds the connections of the server, and tells of those that are refused. */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { RequestError } from '../../errors.ts';
import { Seldom } from '../../log/seldom.ts';
import type { RequestCounts } from '../../metrics/request-counts.ts';
import { closeWith } from './errors.ts';
import { addressOf } from './forwarded.ts';
import type { RequestBook } from './request-log.ts';

/** A flood of connections has a line in so many ms. */
const TOLD_EVERY_MS = 10_000;

interface ConnectionBook extends RequestBook {
  log: RequestBook['log'] & Pick<FastifyBaseLogger, 'warn'>;
  counts: Pick<RequestCounts, 'note' | 'dropped' | 'hit'>;
}

/** Refuses connections beyond `maxConnections`, and requests to be a proxy. */
export function limitConnections(
  server: Server,
  { maxConnections, basePath }: { maxConnections: number; basePath: string },
  { log, counts }: ConnectionBook,
): void {
  server.maxConnections = maxConnections;
  // The size of the header is bounded; Node would silently drop what is beyond a count.
  server.maxHeadersCount = 0;
  const dropped = new Seldom<string>(TOLD_EVERY_MS, (client, connections) =>
    log.warn({ client, connections }, `refused ${connections} connections: ${server.maxConnections} are open`),
  );
  server.on('drop', (connection) => {
    counts.dropped('too_many_connections');
    counts.hit('MAX_CONNECTIONS');
    dropped.note(addressOf(connection));
  });
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    const fault = new RequestError('method_not_allowed', 'this server is no proxy');
    closeWith(fault, socket, { prefix: basePath, book: { log, counts } });
  });
}
