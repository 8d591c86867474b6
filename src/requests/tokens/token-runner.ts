import { requireJson, requireJsonAnswer } from '../../codec/media-type.ts';
import { RequestError } from '../../errors.ts';
import type { TokenizerFile } from '../../text/hugging-face/file.ts';
import type { Tokenizer } from '../../text/tokenize/tokenizer.ts';
import { DEFAULT_TOKENIZER, TokenizerSet } from '../../text/tokenize/tokenizer-set.ts';
import { MEDIA_TYPE } from '../answer.ts';
import type { RequestLimits } from '../open-context.ts';
import type { TokenRequest } from '../request.ts';
import { detokenize } from './detokenize.ts';
import { type Chosen, readDecode, readDetokenize, readTokenize } from './read-token-request.ts';
import { advanceTokenize, beginTokenize } from './tokenize.ts';
import { restOf, type TokenizeJob, type TokenizeRest } from './tokenize-job.ts';

export interface TokenSettings {
  /** The most bytes of all texts of a request in UTF-8. */
  maxTextBytes: number;
  /** Tokenizers beside those that come with the service. */
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

/** A request for a tokenizer of a file, by its name: whoever has loaded that answers it. */
export interface Elsewhere {
  loaded: string;
  decodeMs: number;
}

/** Answers requests between text and tokens on one thread, whose tokenizers it owns. */
export class TokenRunner {
  readonly #tokenizers = new TokenizerSet();
  readonly #files: ReadonlySet<string>;
  readonly #settings: RequestLimits & TokenSettings;
  readonly #sliceMs: number;

  constructor(settings: RequestLimits & TokenSettings, sliceMs: number) {
    this.#files = new Set(settings.files.map(({ name }) => name));
    this.#settings = settings;
    this.#sliceMs = sliceMs;
  }

  /**
   * Reads a request, and answers it as far as a slice goes.
   * @throws RequestError for any fault in the request
   */
  open({ kind, body, contentType, accept }: TokenRequest): Tokenized | Elsewhere {
    const start = performance.now();
    requireJson(contentType);
    requireJsonAnswer(accept);
    if (kind === 'tokenize') {
      const asked = readTokenize(body, this.#settings);
      const tokenizer = this.#chosen(asked.tokenizer);
      if (typeof tokenizer === 'string') return { loaded: tokenizer, decodeMs: performance.now() - start };
      const job = beginTokenize(asked, tokenizer.about, this.#settings);
      const decodeMs = performance.now() - start;
      return { ...this.#advance(job, tokenizer, start), decodeMs };
    }
    const asked = kind === 'detokenize' ? readDetokenize(body, this.#settings) : readDecode(body, this.#settings);
    const tokenizer = this.#chosen(asked.tokenizer);
    const read = performance.now();
    if (typeof tokenizer === 'string') return { loaded: tokenizer, decodeMs: read - start };
    const pieces = [detokenize(asked, tokenizer, this.#settings)];
    const computeMs = performance.now() - read;
    return { contentType: MEDIA_TYPE.json, pieces, rest: undefined, decodeMs: read - start, computeMs, encodeMs: 0 };
  }

  /**
   * Goes on with a text for a slice.
   * @throws RequestError for what only turns out on the way
   */
  advance(job: TokenizeJob): Tokenized {
    const tokenizer = this.#tokenizers.get(job.tokenizer);
    if (tokenizer === undefined) throw new Error(`the tokenizer ${job.tokenizer} has gone`);
    return this.#advance(job, tokenizer, performance.now());
  }

  /** Goes on for the rest of a slice that began at `start`. */
  #advance(job: TokenizeJob, tokenizer: Tokenizer, start: number): Tokenized {
    const from = performance.now();
    // Work that cannot be interrupted is only begun in a slice of its own, which the pool knows to be long.
    const pace = { isOver: () => performance.now() - start >= this.#sliceMs, mayBeLong: job.needsLong };
    const wasWriting = job.writing !== undefined;
    const { pieces, isDone } = advanceTokenize(job, { tokenizer, limits: this.#settings }, pace);
    const ms = performance.now() - from;
    const [computeMs, encodeMs] = wasWriting ? [0, ms] : [ms, 0];
    const rest = isDone ? undefined : restOf(job);
    return { contentType: MEDIA_TYPE.json, pieces, rest, decodeMs: 0, computeMs, encodeMs };
  }

  /** The tokenizer that was asked for, or the name of a file's. */
  #chosen({ name = DEFAULT_TOKENIZER, field }: Chosen): Tokenizer | string {
    if (this.#files.has(name)) return name;
    const tokenizer = this.#tokenizers.get(name);
    if (tokenizer !== undefined) return tokenizer;
    const names = [...this.#tokenizers.names, ...this.#files];
    const detail = `${field} must be the name of a tokenizer: ${names.join(', ')}`;
    throw new RequestError('invalid_option', detail, { pointer: `/${field}` });
  }
}
