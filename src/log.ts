/** The service's log: JSON lines on the standard output, without secrets. */
import type { FastifyBaseLogger } from 'fastify';
import { type DestinationStream, pino } from 'pino';
import type { Config } from './config/config.ts';

/** Characters of log that are gathered, for so many ms at most, before they are written. */
const GATHERED = 15 * 1024;
const GATHERED_MS = 20;

export function createLog({ logLevel }: Pick<Config, 'logLevel'>): FastifyBaseLogger {
  // Headers are not logged; should that change, these must not be. Paths without wildcards: those cost 10 µs a line.
  const secrets = ['authorization', 'cookie', 'set-cookie', 'proxy-authorization', 'x-api-key'];
  const paths = ['headers', 'req.headers', 'res.headers'].flatMap((place) =>
    secrets.map((name) => `${place}["${name}"]`),
  );
  return pino({ level: logLevel, redact: { paths, censor: '[redacted]' } }, new GatheredLines());
}

/**
 * Lines that are gathered for a moment: a write for each would cost as much as a tiny request. The writer could gather them
 * itself, but it measures all that it has at every line, which costs as much as making the line. What is left is written at
 * exit.
 */
class GatheredLines implements DestinationStream {
  #lines: string[] = [];
  #length = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #out;

  constructor() {
    // Before those of the writer, which ends it.
    process.once('beforeExit', () => this.#flush());
    process.once('exit', () => {
      this.#flush();
      if (!this.#isOver) this.#out.flushSync();
    });
    // Not synchronous: a slow reader of the log must not hold up the server.
    this.#out = pino.destination({ sync: false });
  }

  write(line: string): void {
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= GATHERED) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), GATHERED_MS).unref();
  }

  /** Whether the writer has been ended; its types do not tell. */
  get #isOver(): boolean {
    return 'destroyed' in this.#out && this.#out.destroyed === true;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0 || this.#isOver) return;
    this.#out.write(this.#lines.join(''));
    this.#lines = [];
    this.#length = 0;
  }
}
