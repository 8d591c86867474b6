/** A small file that says something of the running server, and may be changed while it runs. */
import { readFileSync, statSync, unwatchFile, watchFile } from 'node:fs';
import type { FastifyBaseLogger } from 'fastify';
import { ConfigError } from '../config/config.ts';
import { WrongFileError } from '../errors.ts';

/** How often it is looked at. By its name, as Kubernetes changes a secret by turning a link to another file. */
const LOOK_MS = 1000;
const MAX_BYTES = 2 ** 20;

export interface FileAbout<T> {
  /** The variable that names the file. */
  variable: string;
  path: string;
  /** @throws WrongFileError */
  read: (text: string) => T;
  /** What the file says, for the log. */
  tell: (value: T) => string;
  /** What is odd about that, if anything, as the end of a sentence. */
  warn?: (value: T) => string | undefined;
}

export interface Reloadable {
  reload(): void;
  close(): void;
}

/** Invariant: `value` is what the file last said that could be used. */
export class WatchedFile<T> implements Reloadable {
  readonly #about: FileAbout<T>;
  readonly #log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  readonly #onChange = () => this.reload();
  #value: T;

  /** @throws ConfigError for a file that cannot be used */
  constructor(about: FileAbout<T>, log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>) {
    const { variable, path } = about;
    try {
      this.#value = about.read(textOf(path));
    } catch (error) {
      throw new ConfigError(`${variable} is ${JSON.stringify(path)}, but ${faultOf(error)}`);
    }
    this.#about = about;
    this.#log = log;
    const odd = about.warn?.(this.#value);
    if (odd !== undefined) log.warn(`${variable} is ${JSON.stringify(path)}, ${odd}`);
    watchFile(path, { persistent: false, interval: LOOK_MS }, this.#onChange);
  }

  get value(): T {
    return this.#value;
  }

  /** Reads it anew; when it cannot be used what it said before goes on to hold, and the log says so. */
  reload(): void {
    const { variable, path, read, tell, warn } = this.#about;
    try {
      this.#value = read(textOf(path));
      const odd = warn?.(this.#value);
      const told = `${variable} was read anew: ${tell(this.#value)}`;
      if (odd === undefined) this.#log.info(told);
      else this.#log.warn(`${told}, ${odd}`);
    } catch (error) {
      this.#log.error(`${variable} was read anew, but ${faultOf(error)}; what it said before still holds`);
    }
  }

  close(): void {
    unwatchFile(this.#about.path, this.#onChange);
  }
}

function textOf(path: string): string {
  const stat = statSync(path);
  if (!stat.isFile()) throw new WrongFileError('is no file');
  if (stat.size > MAX_BYTES) throw new WrongFileError(`is larger than ${MAX_BYTES} bytes`);
  return readFileSync(path, 'utf8');
}

function faultOf(error: unknown): string {
  if (error instanceof WrongFileError) return `the file ${error.message}`;
  if (error instanceof Error && 'syscall' in error) return error.message;
  throw error;
}
