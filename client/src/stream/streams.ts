import type { TensorForm } from '../answer.ts';
import { invalid } from '../check.ts';
import { jsonOf } from '../fields.ts';
import type { HttpParts } from '../http/http.ts';
import { checkStream, checkWatch, runId, type StreamOptions, type WatchOptions } from '../options.ts';
import { isOriginRefused } from '../origin.ts';
import { checkKind, type RunRequest } from '../request.ts';
import { policyOf } from '../retries.ts';
import type { SocketClass } from './connection.ts';
import { StepStream } from './step-stream.ts';
import { Target } from './target.ts';

const DEFAULT_WINDOW = 64;

/** Streams of steps, each over a WebSocket of its own. What makes no sense is said at the call. */
export class Streams {
  readonly #service: HttpParts;
  readonly #WebSocket: SocketClass | undefined;

  constructor(service: HttpParts, WebSocket: SocketClass | undefined) {
    this.#service = service;
    this.#WebSocket = WebSocket;
  }

  /** @throws SpotlightError `invalid_argument` */
  start(request: RunRequest, options: StreamOptions): StepStream<TensorForm> {
    checkKind(request);
    checkStream(options, '');
    const { detail, tile_rows, tile_keys, onRestart, ...view } = options;
    const start = { request: jsonOf(request), stepping: { detail, tile_rows, tile_keys }, onRestart };
    return this.#open(new Target({ start }), view);
  }

  /** @throws SpotlightError `invalid_argument` */
  watch(run: string, options: WatchOptions): StepStream<TensorForm> {
    runId(run, '/run');
    checkWatch(options, '');
    return this.#open(new Target({ run }), options);
  }

  #open(target: Target, options: WatchOptions): StepStream<TensorForm> {
    const { baseUrl, token, retries } = this.#service;
    const url = new URL('attention/stream', baseUrl);
    url.protocol = url.protocol.replace('http', 'ws');
    return new StepStream({
      url: url.href,
      WebSocket: this.#WebSocket ?? globalSocket(),
      token,
      target,
      form: options.tensors ?? 'json',
      view: {
        after: options.after ?? 0,
        // As it is now, whatever becomes of it.
        only: structuredClone(options.only),
        window: options.window ?? DEFAULT_WINDOW,
        paused: options.paused ?? false,
      },
      retries: policyOf(retries, options.retries),
      signal: options.signal,
      onConnection: options.onConnection,
      isRefused: () => isOriginRefused(this.#service),
    });
  }
}

function globalSocket(): SocketClass {
  // Not there in Node before version 22, whatever its types say.
  const found: SocketClass | undefined = globalThis.WebSocket;
  if (found !== undefined) return found;
  const detail = 'there is no global WebSocket here: give the client one, for example that of the package ws';
  throw invalid('/WebSocket', detail);
}
