/** The service's log: JSON lines on the standard output, without secrets. */
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import type { Config } from '../config/config.ts';
import { LineWriter } from './line-writer.ts';
import { standardOutput } from './output.ts';

export interface Log {
  log: FastifyBaseLogger;
  /** Lines that were lost, as the output did not take them. */
  lines: { readonly lost: number };
}

export function createLog({ logLevel }: Pick<Config, 'logLevel'>): Log {
  // Headers are not logged; should that change, these must not be. Paths without wildcards: those cost 10 µs a line.
  const secrets = ['authorization', 'cookie', 'set-cookie', 'proxy-authorization', 'x-api-key'];
  const paths = ['headers', 'req.headers', 'res.headers'].flatMap((place) =>
    secrets.map((name) => `${place}["${name}"]`),
  );
  const lines = new LineWriter(standardOutput(), (lost) =>
    log.error({ lostLines: lost }, `${lost} lines were lost: the log could not be written`),
  );
  const log = pino({ level: logLevel, redact: { paths, censor: '[redacted]' } }, lines);
  process.once('exit', () => lines.end());
  return { log, lines };
}
