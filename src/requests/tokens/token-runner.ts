import { requireJson, requireJsonAnswer } from '../../codec/media-type.ts';
import { readDecode, readDetokenize, readTokenize } from '../../codec/tokenize-options.ts';
import type { TokenizerFile } from '../../text/hugging-face/file.ts';
import { TokenizerSet } from '../../text/tokenize/tokenizer-set.ts';
import { MEDIA_TYPE } from '../answer.ts';
import type { RequestLimits } from '../open-context.ts';
import type { TokenRequest } from '../request.ts';
import { detokenize } from './detokenize.ts';
import { advanceTokenize, beginTokenize } from './tokenize.ts';
import { restOf, type TokenizeJob, type TokenizeRest } from './tokenize-job.ts';

export interface TokenSettings {
  /** The most bytes of all texts of a request in UTF-8. */
  maxTextBytes: number;
  /** Tokenizers beside those that come with the service; their bytes are in shared memory. */
  files: readonly TokenizerFile[];
}

/** A slice of making tokens: what it has written, and the rest, if there is one. */
export interface Tokenized {
  contentType: string;
  pieces: Uint8Array[];
  rest: TokenizeRest | undefined;
  decodeMs: number;
  computeMs: number;
  encodeMs: number;
}

/** Answers requests between text and tokens on one thread, whose tokenizers it owns. */
export class TokenRunner {
  readonly tokenizers: TokenizerSet;
  readonly #settings: RequestLimits & TokenSettings;
  readonly #sliceMs: number;

  constructor(settings: RequestLimits & TokenSettings, sliceMs: number) {
    this.tokenizers = new TokenizerSet(settings.files);
    this.#settings = settings;
    this.#sliceMs = sliceMs;
  }

  /**
   * Reads a request, and answers it as far as a slice goes.
   * @throws RequestError for any fault in the request
   */
  open({ kind, body, contentType, accept }: TokenRequest): Tokenized {
    const start = performance.now();
    requireJson(contentType);
    requireJsonAnswer(accept);
    if (kind === 'tokenize') {
      const job = beginTokenize(readTokenize(body, this.#settings), this.tokenizers, this.#settings);
      const decodeMs = performance.now() - start;
      return { ...this.advance(job, start), decodeMs };
    }
    const asked = kind === 'detokenize' ? readDetokenize(body, this.#settings) : readDecode(body, this.#settings);
    const read = performance.now();
    const pieces = [detokenize(asked, this.tokenizers, this.#settings)];
    const computeMs = performance.now() - read;
    return { contentType: MEDIA_TYPE.json, pieces, rest: undefined, decodeMs: read - start, computeMs, encodeMs: 0 };
  }

  /**
   * Goes on with a text for the rest of a slice that began at `start`.
   * @throws RequestError for what only turns out on the way
   */
  advance(job: TokenizeJob, start = performance.now()): Tokenized {
    const from = performance.now();
    // Work that cannot be interrupted is only begun in a slice of its own, which the pool knows to be long.
    const pace = { isOver: () => performance.now() - start >= this.#sliceMs, mayBeLong: job.needsLong };
    const wasWriting = job.writing !== undefined;
    const { pieces, isDone } = advanceTokenize(job, { tokenizers: this.tokenizers, limits: this.#settings }, pace);
    const ms = performance.now() - from;
    const [computeMs, encodeMs] = wasWriting ? [0, ms] : [ms, 0];
    const rest = isDone ? undefined : restOf(job);
    return { contentType: MEDIA_TYPE.json, pieces, rest, decodeMs: 0, computeMs, encodeMs };
  }
}
