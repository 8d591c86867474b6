import { pointerTo, RequestError } from '../../errors.ts';
import type { SoughtToken } from '../../text/tokenize/special-search.ts';
import type { TokenList } from '../../text/tokenize/token-list.ts';
import type { TokenizeRequest } from './read-token-request.ts';

export interface TextLimits {
  /** The most bytes of all texts of a request in UTF-8. */
  maxTextBytes: number;
  maxOutputBytes: number;
}

/** What is asked for, without the texts. */
export type TokenizeOptions = Omit<TokenizeRequest, 'texts' | 'tokenizer'>;

/**
 * A request on its way: it moves from thread to thread with its memory. First the texts are read into `tokens`, one after
 * another; then the answer is written from them.
 */
export interface TokenizeJob {
  options: TokenizeOptions;
  tokenizer: string;
  /** All texts in UTF-8, one after another, and where each ends. */
  bytes: Uint8Array<ArrayBuffer>;
  textEnds: Int32Array<ArrayBuffer>;
  tokens: TokenList;
  /** Where the tokens of each text end in `tokens`; 1 in `wasCut` where max_length has cut some off. */
  tokenEnds: Int32Array<ArrayBuffer>;
  wasCut: Uint8Array<ArrayBuffer>;
  sought: SoughtToken[];
  /** The most tokens that a model takes of such a text, for clients that ask. */
  maxModelLength: number;
  /** The text that is read, where its next byte is, and whether anything of it was read. */
  reading: { text: number; at: number; isBegun: boolean };
  writing: Writing | undefined;
  /** Whether the next slice cannot be interrupted for many ms. */
  needsLong: boolean;
  /** Bytes of the answer so far. */
  written: number;
}

/** Where the writing stands, and the chunks that are written. */
export interface Writing {
  /** Start, end and tokens of each chunk, and where the chunks of each text end in that. */
  chunks: Int32Array<ArrayBuffer>;
  chunkEnds: Int32Array<ArrayBuffer>;
  step: 'head' | 'open' | 'tokens' | 'strings' | 'chunks' | 'tail' | 'done';
  text: number;
  token: number;
  chunk: number;
  /** A byte at which a character begins, and the code units of its text before it. */
  place: Place;
  /** The same for the end of a chunk: ends of chunks and starts of chunks each only go forward. */
  chunkEnd: Place;
}

export interface Place {
  byte: number;
  units: number;
}

/** What is left of a job, for the next thread: it moves there with its buffers. */
export interface TokenizeRest {
  job: TokenizeJob;
  needsLong: boolean;
  buffers: ArrayBuffer[];
}

/** The pointer to a text of the request. */
export function textPointer({ isList, field }: TokenizeOptions, text: number): string {
  return isList ? pointerTo(field, text) : pointerTo(field);
}

export function restOf(job: TokenizeJob): TokenizeRest {
  const { bytes, textEnds, tokens, tokenEnds, wasCut, writing } = job;
  const views = [bytes, textEnds, tokens.ids, tokens.starts, tokens.ends, tokenEnds, wasCut];
  if (writing !== undefined) views.push(writing.chunks, writing.chunkEnds);
  return { job, needsLong: job.needsLong, buffers: views.map(({ buffer }) => buffer) };
}

export function answerTooLarge({ options }: TokenizeJob, maxOutputBytes: number): RequestError {
  const detail = `the answer would have more than ${maxOutputBytes} bytes; send less text at a time`;
  return new RequestError('output_too_large', detail, { pointer: `/${options.field}` });
}
