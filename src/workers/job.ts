import type { ErrorCode } from '../errors.ts';

/** What can be computed and watched. */
export const RUN_KINDS = ['attention', 'multi-head', 'text'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** What the HTTP thread hands to the pool: bytes and the headers that say how to read and answer them. */
export interface JobRequest {
  kind: RunKind | 'example';
  /** The whole body; large ones in shared memory. Of an example, its name. */
  body: Uint8Array;
  contentType: string;
  accept: string | undefined;
}

/** A request with a body of its own: all but examples, which are made of such requests. */
export type RunRequest = JobRequest & { kind: RunKind };

/** Where the time of a request went, in ms. */
export interface Timings {
  decode: number;
  queue: number;
  compute: number;
  encode: number;
}

/** A finished answer: pieces to be sent one after another. */
export interface JobAnswer {
  contentType: string;
  pieces: Uint8Array[];
  timings: Timings;
}

/** A RequestError as it crosses from one thread to another. */
export interface Fault {
  code: ErrorCode;
  detail: string;
  pointer?: string;
  offset?: number;
}
