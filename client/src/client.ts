/** The client of the service, for browsers and Node: this file is the package, and says all that it offers. */
import { serviceUrl } from './address.ts';
import type {
  AttentionAnswer,
  InShown,
  MultiHeadAnswer,
  Shown,
  StandardTextOutputs,
  TensorForm,
  TextAnswer,
} from './answer.ts';
import { ACCEPT, answerOf, bodyOf } from './http/body.ts';
import { Http } from './http/http.ts';
import { ask, askExample, askText, isWell, show } from './http/routes.ts';
import { Runs } from './http/runs.ts';
import { isObject } from './object.ts';
import type {
  AnswerOptions,
  CallOptions,
  ClientOptions,
  DrawnOptions,
  ExampleOptions,
  ShownOptions,
  StreamOptions,
  WatchOptions,
} from './options.ts';
import { checkAnswer, checkClient, checkDrawn, checkExample, checkShown } from './options.ts';
import type {
  AttentionRequest,
  Focus,
  MultiHeadRequest,
  OutputName,
  RunRequest,
  Tensor,
  TensorFormat,
  TextOutputName,
  TextRequest,
} from './request.ts';
import { DEFAULT_RETRIES, policyOf } from './retries.ts';
import type { StepStream } from './stream/step-stream.ts';
import { Streams } from './stream/streams.ts';
import type {
  DecodeRequest,
  DetokenizeAnswer,
  DetokenizeRequest,
  TokenizeAnswer,
  TokenizeRequest,
  Tokenizers,
  TokenizeTextsAnswer,
  TokenizeTextsRequest,
} from './tokens.ts';
import type { ExampleList, WorkedExample } from './wire/examples.ts';
import type { Info } from './wire/info.ts';

export type { AttentionAnswer, JsonNumber, MultiHeadAnswer, Shown, TensorForm, TextAnswer } from './answer.ts';
export type { Runs } from './http/runs.ts';
export type {
  AnswerOptions,
  CallOptions,
  ClientOptions,
  DrawnOptions,
  EventsOptions,
  ExampleOptions,
  ShownOptions,
  Started,
  StreamOptions,
  WatchOptions,
} from './options.ts';
export type {
  AttentionRequest,
  MultiHeadRequest,
  OutputName,
  RunRequest,
  Tensor,
  TensorFormat,
  TextOutputName,
  TextRequest,
} from './request.ts';
export type { RetryPolicy } from './retries.ts';
export { SpotlightError, type SpotlightErrorCode } from './spotlight-error.ts';
export type { Step } from './stream/step.ts';
export type { StepStream } from './stream/step-stream.ts';
export type { Token } from './token.ts';
export type * from './tokens.ts';
export type { Numbers, TypedAnswerTensor, TypedTensor } from './typed-tensor.ts';
export type { Diagnosis } from './wire/diagnosis.ts';
export type { ExampleList, WorkedExample } from './wire/examples.ts';
export type { Info } from './wire/info.ts';
export type { Only } from './wire/messages.ts';
export type { Plan, Run as RunDocument, Stepping, Summary } from './wire/runs.ts';

/**
 * Every method rejects with a SpotlightError: `invalid_argument` for what makes no sense before anything is sent, else when
 * the service refuses or cannot be reached, after the retries. The constructor, `stream` and `watch` throw it at the call.
 */
export class SpotlightClient {
  /** Runs over HTTP; `stream` and `watch` see their steps. */
  readonly runs: Runs;
  readonly #http: Http;
  readonly #streams: Streams;

  constructor(options: ClientOptions) {
    checkClient(options, '');
    // Called as a method of anything else, a browser's fetch refuses.
    const fetch = options.fetch ?? ((...call) => globalThis.fetch(...call));
    const baseUrl = serviceUrl(options.baseUrl);
    const service = { baseUrl, token: options.token, fetch, retries: policyOf(DEFAULT_RETRIES, options.retries) };
    this.#http = new Http(service);
    this.#streams = new Streams(service, options.WebSocket);
    this.runs = new Runs(this.#http);
  }

  /** Attention of queries over keys and values: POST /attention. */
  attention<
    Query extends Tensor,
    const Outputs extends readonly OutputName[] = readonly [],
    NeedWeights extends boolean = false,
    Format extends TensorFormat | undefined = undefined,
    Form extends TensorForm = 'json',
  >(
    request: AttentionRequest<Query, Outputs, NeedWeights, Format>,
    options?: AnswerOptions<Form>,
  ): Promise<AttentionAnswer<Form, Query, Outputs, NeedWeights, Format>>;
  /** The same for a request that can be of several forms. */
  attention<Form extends TensorForm = 'json'>(
    request: AttentionRequest,
    options?: AnswerOptions<Form>,
  ): Promise<AttentionAnswer<Form>>;
  /** Its weights as lines for a terminal, or as a picture in SVG, with the names that the request gives. */
  attention(request: AttentionRequest, options: DrawnOptions): Promise<string>;
  attention(
    request: AttentionRequest,
    options: AnswerOptions | DrawnOptions = {},
  ): Promise<AttentionAnswer<TensorForm> | string> {
    return this.#compute<AttentionAnswer<TensorForm>>('attention', request, options);
  }

  /** Multi-head attention with its projections: POST /attention/multi-head. */
  multiHead<
    Query extends Tensor,
    NeedWeights extends boolean = true,
    Average extends boolean = true,
    Format extends TensorFormat | undefined = undefined,
    Form extends TensorForm = 'json',
  >(
    request: MultiHeadRequest<Query, NeedWeights, Average, Format>,
    options?: AnswerOptions<Form>,
  ): Promise<MultiHeadAnswer<Form, Query, NeedWeights, Average, Format>>;
  /** The same for a request that can be of several forms. */
  multiHead<Form extends TensorForm = 'json'>(
    request: MultiHeadRequest,
    options?: AnswerOptions<Form>,
  ): Promise<MultiHeadAnswer<Form>>;
  /** Its weights as lines for a terminal, or as a picture in SVG, with the names that the request gives. */
  multiHead(request: MultiHeadRequest, options: DrawnOptions): Promise<string>;
  multiHead(
    request: MultiHeadRequest,
    options: AnswerOptions | DrawnOptions = {},
  ): Promise<MultiHeadAnswer<TensorForm> | string> {
    return this.#compute<MultiHeadAnswer<TensorForm>>('attention/multi-head', request, options);
  }

  /** Attention between words: POST /attention/text. With `format` it is lines for a terminal, or a picture in SVG. */
  text<
    const Outputs extends readonly TextOutputName[] = StandardTextOutputs,
    Focused extends Focus | undefined = undefined,
    Format extends TensorFormat | undefined = undefined,
    As extends Shown = 'json',
  >(
    request: TextRequest<Outputs, Focused, Format>,
    options?: ShownOptions<As>,
  ): Promise<InShown<As, TextAnswer<Outputs, Focused, Format>>>;
  /** The same for a request that can be of several forms. */
  text<As extends Shown = 'json'>(request: TextRequest, options?: ShownOptions<As>): Promise<InShown<As, TextAnswer>>;
  async text(request: TextRequest, options: ShownOptions = {}): Promise<TextAnswer | string> {
    checkShown(options, '');
    return askText<TextAnswer>(this.#http, request, options);
  }

  /** Text to tokens, with places: POST /tokenize. */
  tokenize(request: TokenizeRequest, options?: CallOptions): Promise<TokenizeAnswer>;
  tokenize(request: TokenizeTextsRequest, options?: CallOptions): Promise<TokenizeTextsAnswer>;
  tokenize(
    request: TokenizeRequest | TokenizeTextsRequest,
    options?: CallOptions,
  ): Promise<TokenizeAnswer | TokenizeTextsAnswer>;
  async tokenize(
    request: TokenizeRequest | TokenizeTextsRequest,
    options: CallOptions = {},
  ): Promise<TokenizeAnswer | TokenizeTextsAnswer> {
    return ask<TokenizeAnswer | TokenizeTextsAnswer>(
      this.#http,
      { path: 'tokenize', request, member: 'tokenizer' },
      options,
    );
  }

  /** Tokens to text: POST /detokenize. */
  async detokenize(request: DetokenizeRequest, options: CallOptions = {}): Promise<DetokenizeAnswer> {
    return ask<DetokenizeAnswer>(this.#http, { path: 'detokenize', request, member: 'text' }, options);
  }

  /** Tokens to texts, one for each list of ids, without special tokens unless they are asked for: POST /decode. */
  async decode(request: DecodeRequest, options: CallOptions = {}): Promise<string[]> {
    return ask<string[]>(this.#http, { path: 'decode', request, member: 'length' }, options);
  }

  /** What texts can be cut by: GET /tokenizers. */
  async tokenizers(options: CallOptions = {}): Promise<Tokenizers> {
    return ask<Tokenizers>(this.#http, { path: 'tokenizers', member: 'tokenizers' }, options);
  }

  /** The lesson, part by part: GET /examples. */
  async examples(options: CallOptions = {}): Promise<ExampleList> {
    return ask<ExampleList>(this.#http, { path: 'examples', member: 'examples' }, options);
  }

  /** One part of the lesson, answered now: GET /examples/{name}. With `format` it is lines for a terminal, or a picture in SVG. */
  example<As extends Shown = 'json'>(name: string, options?: ExampleOptions<As>): Promise<InShown<As, WorkedExample>>;
  async example(name: string, options: ExampleOptions = {}): Promise<WorkedExample | string> {
    checkExample(options, '');
    return askExample<WorkedExample>(this.#http, name, options);
  }

  /** What runs there: version, kernel, threads and limits: GET /info. */
  async info(options: CallOptions = {}): Promise<Info> {
    return ask<Info>(this.#http, { path: 'info', member: 'kernel' }, options);
  }

  /** Whether the server answers: GET /health/live, asked once. */
  async live(options: CallOptions = {}): Promise<boolean> {
    return isWell(this.#http, 'health/live', options);
  }

  /** Whether it serves requests, which it does not while it starts and while it shuts down: GET /health/ready, asked once. */
  async ready(options: CallOptions = {}): Promise<boolean> {
    return isWell(this.#http, 'health/ready', options);
  }

  /**
   * Starts a run and gives its steps, over a WebSocket of their own.
   * @throws SpotlightError `invalid_argument`
   */
  stream<Form extends TensorForm = 'json'>(request: RunRequest, options: StreamOptions<Form>): StepStream<Form>;
  stream(request: RunRequest, options: StreamOptions): StepStream<TensorForm> {
    return this.#streams.start(request, options);
  }

  /**
   * Gives the steps of a run that exists, from the one behind `after` on.
   * @throws SpotlightError `invalid_argument`
   */
  watch<Form extends TensorForm = 'json'>(run: string, options?: WatchOptions<Form>): StepStream<Form>;
  watch(run: string, options: WatchOptions = {}): StepStream<TensorForm> {
    return this.#streams.watch(run, options);
  }

  async #compute<A extends AttentionAnswer<TensorForm> | MultiHeadAnswer<TensorForm>>(
    path: string,
    request: object,
    options: AnswerOptions | DrawnOptions,
  ): Promise<A | string> {
    if (isObject(options) && 'format' in options) {
      checkDrawn(options, '');
      const { format, ...call } = options;
      return show(this.#http, { method: 'POST', path, ...bodyOf(request, 'json') }, format, call);
    }
    checkAnswer(options, '');
    const { tensors = 'json', ...call } = options;
    const body = bodyOf(request, tensors);
    return answerOf<A>(
      await this.#http.send({ method: 'POST', path, accept: ACCEPT[tensors], ...body }, call),
      tensors,
    );
  }
}
