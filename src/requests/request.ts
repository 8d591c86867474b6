import type { Grid } from '../attention/plan.ts';
import type { ErrorCode } from '../errors.ts';
import type { Precision } from '../tensor/tensor.ts';
import type { SpreadNote } from './spread-note.ts';

/** What can be computed and watched. */
export const RUN_KINDS = ['attention', 'multi-head', 'text'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** What turns text into tokens and back. */
export const TOKEN_KINDS = ['tokenize', 'detokenize', 'decode'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** What is asked: bytes, and the headers that say how to read and answer them. */
interface Received<Kind> {
  kind: Kind;
  /** The whole body; large ones in shared memory. Of an example, what is asked of it in JSON. */
  body: Uint8Array;
  contentType: string;
  accept: string | undefined;
}

/** Tensors in; of the Open Inference Protocol when it says where its JSON ends. */
export type TensorsRequest = Received<'attention' | 'multi-head'> & {
  inference?: InferenceFraming;
  /** Of a part of a larger attention; nobody says that from outside. */
  part?: PartSetting;
  /** Whether it was spread over replicas, for the answer to tell. */
  spread?: SpreadNote | undefined;
};

/** How a part of an attention is computed, so that its numbers are those that the whole would have there. */
export interface PartSetting {
  /** How the whole is cut into chains and shards. */
  grid: Pick<Grid, 'rows' | 'keys'>;
  /** Whether it has some of the keys of its rows only: then max and sum of each row are answered too, for them to be merged. */
  hasSomeKeys: boolean;
}

/** What rows saw in several ranges of keys, to become what they saw in all of them; nobody asks for it from outside. */
export type MergeRequest = Received<'merge'> & { merging: Merging };

/**
 * The body of a merge holds for each range of keys, in order, max and sum of its rows `[B, Hq, Lq]` in float64, then for each
 * of them the output `[B, Hq, Lq, valueDim]` in `precision`.
 */
export interface Merging {
  precision: Precision;
  batch: number;
  numHeads: number;
  queryLength: number;
  valueDim: number;
  scale: number;
  grid: Grid;
  /** Of the whole. */
  rank: number;
  wantsLse: boolean;
  spread: SpreadNote;
}

/** How the body of a request of the Open Inference Protocol is made up. */
export interface InferenceFraming {
  /** The bytes of its JSON, with tensors behind it; undefined: nothing says that any of it is not JSON. */
  jsonBytes: number | undefined;
}

/** Words in. */
export type WordsRequest = Received<'text'>;

/** A request with a body of its own: all but examples, which are made of such requests. */
export type RunRequest = TensorsRequest | WordsRequest;

/** An attention, and what somebody's code made of it. */
export type DiagnoseRequest = Received<'diagnose'> & {
  /** The head whose patterns are to be shown, right and by the first cause. */
  shown?: { batch: number; head: number };
};

/** A request for numbers: all but those between text and tokens. */
export type ComputeRequest = RunRequest | DiagnoseRequest | MergeRequest | Received<'example'>;

/** A request between text and tokens. */
export type TokenRequest = Received<TokenKind>;

export type JobRequest = ComputeRequest | TokenRequest;

export function isTokenRequest(request: JobRequest): request is TokenRequest {
  return TOKEN_KINDS.some((kind) => kind === request.kind);
}

/** Where the time of a request went, in ms. */
export interface Timings {
  decode: number;
  queue: number;
  compute: number;
  encode: number;
}

/** What kernels have done so far, for requests that were answered. */
export interface Work {
  multiplyAdds: number;
  /** Time of threads, in ms. */
  kernelMs: number;
}

/** An answer as it is written: pieces to be sent one after another. */
export interface WrittenAnswer {
  contentType: string;
  /** Of an answer of the Open Inference Protocol with tensors behind its JSON: the bytes of that. */
  jsonBytes?: number;
  pieces: Uint8Array[];
}

/** A finished answer. */
export interface JobAnswer extends WrittenAnswer {
  /** What pieces lie in, to be given back to the pool when they have gone; they must not be read after that. */
  memory: readonly SharedArrayBuffer[];
  timings: Timings;
}

/** A RequestError as it crosses from one thread to another. */
export interface Fault {
  code: ErrorCode;
  detail: string;
  pointer?: string;
  offset?: number;
}
