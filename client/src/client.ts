/** The client of the service, for browsers and Node: this file is the package's `./client`, and says all that it offers. */
import { ACCEPT, answerOf, bodyOf, inJson } from './body.ts';
import type { SocketClass } from './connection.ts';
import type {
  AttentionAnswer,
  AttentionRequest,
  MultiHeadAnswer,
  MultiHeadRequest,
  Only,
  RunRequest,
  Stepping,
  TensorForm,
  TextAnswer,
  TextRequest,
} from './contract.ts';
import { type CallOptions, Http } from './http.ts';
import { DEFAULT_RETRIES, type RetryPolicy } from './retries.ts';
import { Runs } from './runs.ts';
import { StepStream, type Target } from './step-stream.ts';
import type {
  DetokenizeAnswer,
  DetokenizeRequest,
  TokenizeAnswer,
  TokenizeRequest,
  Tokenizers,
  TokenizeTextsAnswer,
  TokenizeTextsRequest,
} from './tokens.ts';
import { Words } from './words.ts';

export type {
  AttentionAnswer,
  AttentionRequest,
  MultiHeadAnswer,
  MultiHeadRequest,
  Only,
  RunDocument,
  RunRequest,
  Step,
  Stepping,
  TensorForm,
  TextAnswer,
  TextRequest,
} from './contract.ts';
export type { CallOptions } from './http.ts';
export type { RetryPolicy } from './retries.ts';
export { SpotlightError, type SpotlightErrorCode } from './spotlight-error.ts';
export type { Started, StepStream } from './step-stream.ts';
export type * from './tokens.ts';
export type { Numbers, TypedAnswerTensor, TypedTensor } from './typed-tensor.ts';

export interface ClientOptions {
  /** Where the service is; a path in it is kept: `https://example.org/spotlight`. */
  baseUrl: string | URL;
  /** For servers that ask for one. */
  token?: string | undefined;
  /** By default the global one. */
  fetch?: typeof globalThis.fetch | undefined;
  /** By default the global one; Node has one from version 22 on, and before takes that of the package `ws`. */
  WebSocket?: SocketClass | undefined;
  retries?: Partial<RetryPolicy> | undefined;
}

export interface AnswerOptions extends CallOptions {
  /** How the tensors of the answer are given; by default `json`. */
  tensors?: TensorForm | undefined;
}

export interface WatchOptions {
  /** How the numbers of the steps are given; by default `json`. `typed` ones travel as bytes. */
  tensors?: TensorForm | undefined;
  /** Which steps are wanted; the others are not computed for this viewer. */
  only?: Only | undefined;
  /** How many steps may be under way or wait for the consumer, by default 64: what a slow consumer costs at most. */
  window?: number | undefined;
  /** Whether to begin paused. */
  paused?: boolean | undefined;
  /** For coming back after a loss; counted anew whenever a step comes. */
  retries?: Partial<RetryPolicy> | undefined;
  /** Ends the watching; the iteration then rejects with the reason of the signal. */
  signal?: AbortSignal | undefined;
}

type Typed<O, F extends TensorForm> = O & { tensors: F };
type Plain<O> = O & { tensors?: 'json' | undefined };

const DEFAULT_WINDOW = 64;

/** Every method rejects with a SpotlightError when the service refuses or cannot be reached, after the retries. */
export class SpotlightClient {
  /** Runs over HTTP; `stream` and `watch` see their steps. */
  readonly runs: Runs;
  readonly #http: Http;
  readonly #words: Words;
  readonly #options: ClientOptions;
  readonly #baseUrl: URL;
  readonly #retries: RetryPolicy;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#baseUrl = new URL(String(options.baseUrl).replace(/\/?$/, '/'));
    this.#retries = { ...DEFAULT_RETRIES, ...options.retries };
    // Called as a method of anything else, a browser's fetch refuses.
    const fetch = options.fetch ?? ((...call) => globalThis.fetch(...call));
    this.#http = new Http({ baseUrl: this.#baseUrl, token: options.token, fetch, retries: this.#retries });
    this.runs = new Runs(this.#http);
    this.#words = new Words(this.#http);
  }

  /** Attention of queries over keys and values: POST /attention. */
  attention(request: AttentionRequest, options?: Plain<AnswerOptions>): Promise<AttentionAnswer>;
  attention<F extends TensorForm>(
    request: AttentionRequest,
    options: Typed<AnswerOptions, F>,
  ): Promise<AttentionAnswer<F>>;
  attention(request: AttentionRequest, options: AnswerOptions = {}): Promise<AttentionAnswer<TensorForm>> {
    return this.#compute<AttentionAnswer<TensorForm>>('attention', request, options);
  }

  /** Multi-head attention with its projections: POST /attention/multi-head. */
  multiHead(request: MultiHeadRequest, options?: Plain<AnswerOptions>): Promise<MultiHeadAnswer>;
  multiHead<F extends TensorForm>(
    request: MultiHeadRequest,
    options: Typed<AnswerOptions, F>,
  ): Promise<MultiHeadAnswer<F>>;
  multiHead(request: MultiHeadRequest, options: AnswerOptions = {}): Promise<MultiHeadAnswer<TensorForm>> {
    return this.#compute<MultiHeadAnswer<TensorForm>>('attention/multi-head', request, options);
  }

  /** Attention between words: POST /attention/text. */
  text(request: TextRequest, options: CallOptions = {}): Promise<TextAnswer> {
    return this.#words.attention(request, options);
  }

  /** Text to tokens, with places: POST /tokenize. */
  tokenize(request: TokenizeRequest, options?: CallOptions): Promise<TokenizeAnswer>;
  tokenize(request: TokenizeTextsRequest, options?: CallOptions): Promise<TokenizeTextsAnswer>;
  tokenize(
    request: TokenizeRequest | TokenizeTextsRequest,
    options: CallOptions = {},
  ): Promise<TokenizeAnswer | TokenizeTextsAnswer> {
    return this.#words.tokenize(request, options);
  }

  /** Tokens to text: POST /detokenize. */
  detokenize(request: DetokenizeRequest, options: CallOptions = {}): Promise<DetokenizeAnswer> {
    return this.#words.detokenize(request, options);
  }

  /** What texts can be cut by: GET /tokenizers. */
  tokenizers(options: CallOptions = {}): Promise<Tokenizers> {
    return this.#words.tokenizers(options);
  }

  /** Starts a run and gives its steps, over a WebSocket of their own. */
  stream(request: RunRequest, options: Plain<Stepping & WatchOptions>): StepStream;
  stream<F extends TensorForm>(request: RunRequest, options: Typed<Stepping & WatchOptions, F>): StepStream<F>;
  stream(request: RunRequest, options: Stepping & WatchOptions): StepStream<TensorForm> {
    const { detail, tile_rows, tile_keys } = options;
    const stepping = { detail, tile_rows, tile_keys };
    return this.#steps({ kind: 'start', request: { ...inJson(request), kind: request.kind }, stepping }, options);
  }

  /** Gives the steps of a run that exists, from the one behind `after` on. */
  watch(run: string, options?: Plain<WatchOptions & { after?: number | undefined }>): StepStream;
  watch<F extends TensorForm>(
    run: string,
    options: Typed<WatchOptions & { after?: number | undefined }, F>,
  ): StepStream<F>;
  watch(run: string, options: WatchOptions & { after?: number | undefined } = {}): StepStream<TensorForm> {
    return this.#steps({ kind: 'watch', run, after: options.after ?? 0 }, options);
  }

  async #compute<A extends AttentionAnswer<TensorForm> | MultiHeadAnswer<TensorForm>>(
    path: string,
    request: object,
    { tensors = 'json', ...options }: AnswerOptions,
  ): Promise<A> {
    const answer = await this.#http.send(
      { method: 'POST', path, accept: ACCEPT[tensors], ...bodyOf(request, tensors) },
      options,
    );
    return answerOf<A>(answer, tensors);
  }

  #steps(target: Target, options: WatchOptions): StepStream<TensorForm> {
    const url = new URL('attention/stream', this.#baseUrl);
    url.protocol = url.protocol.replace('http', 'ws');
    return new StepStream({
      url: url.href,
      WebSocket: this.#options.WebSocket ?? globalSocket(),
      token: this.#options.token,
      target,
      form: options.tensors ?? 'json',
      only: options.only,
      window: options.window ?? DEFAULT_WINDOW,
      paused: options.paused ?? false,
      retries: { ...this.#retries, ...options.retries },
      signal: options.signal,
    });
  }
}

function globalSocket(): SocketClass {
  // Not there in Node before version 22, whatever its types say.
  const found: SocketClass | undefined = globalThis.WebSocket;
  if (found !== undefined) return found;
  throw new TypeError('there is no global WebSocket here: give the client one, for example that of the package ws');
}
