/**
 * How many connections the descriptors of the process leave room for. Node closes what comes when there are none left, and
 * says nothing; a thread that is to be replaced, or a page that is to be read, would find none either.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { ConfigError } from '../../config/config.ts';

/** For threads that are replaced, files of pages, and connections to METRICS_PORT and to others. */
const RESERVE = 16;

/**
 * Lowers what the server takes to what there are descriptors for, and says so. Where the system does not tell (not Linux),
 * nothing is lowered. To be called when all threads are there, as they hold some.
 * @throws ConfigError when there are none
 */
export function fitConnections(server: Server, log: Pick<FastifyBaseLogger, 'warn'>): void {
  const descriptors = descriptorsOfProcess();
  if (descriptors === undefined) return;
  const { most, open } = descriptors;
  const connections = most - open - RESERVE;
  if (connections >= server.maxConnections) return;
  const why = `the process may have ${most} descriptors (ulimit -n), of which ${open} are open`;
  if (connections < 1)
    throw new ConfigError(`${why} and ${RESERVE} are kept for other files: none is left for a connection`);
  log.warn(
    `${why}: ${connections} connections are taken at once, fewer than MAX_CONNECTIONS, ${server.maxConnections}`,
  );
  server.maxConnections = connections;
}

/** How many descriptors there may be, and how many there are. Node has raised the soft limit to the hard one. */
function descriptorsOfProcess(): { most: number; open: number } | undefined {
  try {
    const most = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    // Without the one that reads them.
    return most === undefined ? undefined : { most: Number(most), open: readdirSync('/proc/self/fd').length - 1 };
  } catch {
    return undefined;
  }
}
