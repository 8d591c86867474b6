import { hasMembers } from './object.ts';
import type { Problem } from './wire/problem.ts';

/** What the client itself finds wrong, beside the codes of the server. */
export type ClientCode =
  /** An argument that no server has to be asked about: it was refused at the call, and `pointer` says which. */
  | 'invalid_argument'
  /** The server could not be reached, or the connection was lost, as often as `retries.attempts` allows. */
  | 'connection_failed'
  /** `retries.deadlineMs` passed first. */
  | 'timed_out'
  /** What came back is not what this client understands. */
  | 'bad_answer'
  /** The server closed the stream for a reason that trying again cannot change; `closeCode` says which. */
  | 'stream_closed';

export type SpotlightErrorCode = Problem['code'] | ClientCode;

/** A request or stream that came to nothing: a problem document (RFC 9457) of the server, or a fault on the way. */
export class SpotlightError extends Error {
  override readonly name = 'SpotlightError';
  /** Stable, for programs. */
  declare readonly code: SpotlightErrorCode;
  /** The HTTP status; undefined when no answer came. */
  declare readonly status: number | undefined;
  /** What is wrong in this request, and what was expected. */
  declare readonly detail: string;
  /** The field that is wrong, as a JSON pointer such as `/key/2/5`. */
  declare readonly pointer: string | undefined;
  /** The byte at which the body cannot be read. */
  declare readonly offset: number | undefined;
  /** The id of the request, as in the log of the server. */
  declare readonly instance: string | undefined;
  /** How long the server asked to wait before trying again. */
  declare readonly retryAfterMs: number | undefined;
  /** The code of a WebSocket that was closed. */
  declare readonly closeCode: number | undefined;

  constructor(
    code: SpotlightErrorCode,
    detail: string,
    place: Partial<
      Pick<SpotlightError, 'status' | 'pointer' | 'offset' | 'instance' | 'retryAfterMs' | 'closeCode'>
    > & {
      cause?: unknown;
    } = {},
  ) {
    super(`${code}: ${detail}`, place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    this.detail = detail;
    this.status = place.status;
    this.pointer = place.pointer;
    this.offset = place.offset;
    this.instance = place.instance;
    this.retryAfterMs = place.retryAfterMs;
    this.closeCode = place.closeCode;
  }

  /** Whether the same request can succeed later: no answer came, or 429 or 503. */
  get isTemporary(): boolean {
    return this.code === 'connection_failed' || this.status === 429 || this.status === 503;
  }
}

/** What came back is not what this client understands. */
export function badAnswer(
  detail: string,
  place?: Pick<SpotlightError, 'status' | 'instance' | 'retryAfterMs'> | { cause: unknown },
): SpotlightError {
  return new SpotlightError('bad_answer', detail, place);
}

/** The error of a problem document. */
export function errorOf(problem: Problem, retryAfterMs?: number): SpotlightError {
  return new SpotlightError(problem.code, problem.detail, { ...problem, retryAfterMs });
}

/** Whether a value is a problem document, as far as an error needs it. */
export function isProblem(value: unknown): value is Problem {
  return hasMembers(value, { code: 'string', detail: 'string', status: 'number' });
}
