/** What the methods can be told beside their request, each option with its check. */
import type { Drawn, Shown, TensorForm } from './answer.ts';
import { abortSignal, type Check, callable, flag, integer, listOf, members, number, oneOf, or, text } from './check.ts';
import { MAX_TIMER_MS, type RetryPolicy } from './retries.ts';
import type { SocketClass } from './stream/connection.ts';
import type { Step } from './stream/step.ts';
import { checkToken, type Token } from './token.ts';
import type { Only } from './wire/messages.ts';
import type { Plan, Stepping } from './wire/runs.ts';

export interface ClientOptions {
  /**
   * Where the service is; a path in it is kept: `https://example.org/spotlight`. In a page it may be relative: '' is the
   * origin of the page, '/api' a path of it, '.' where the page itself is.
   */
  baseUrl: string | URL;
  /**
   * A key or token, for servers that ask for one. A function is asked before every request and every connection, for tokens
   * that expire.
   */
  token?: Token | undefined;
  /** By default the global one. */
  fetch?: typeof globalThis.fetch | undefined;
  /** By default the global one; Node has one from version 22 on, and before takes that of the package `ws`. */
  WebSocket?: SocketClass | undefined;
  retries?: Partial<RetryPolicy> | undefined;
}

export interface CallOptions {
  /** Ends the call; it then rejects with the reason of the signal. */
  signal?: AbortSignal | undefined;
  /** In place of those of the client. */
  retries?: Partial<RetryPolicy> | undefined;
}

export interface AnswerOptions<F extends TensorForm = TensorForm> extends CallOptions {
  /** How the tensors of the answer are given; by default `json`. */
  tensors?: F | undefined;
}

export interface DrawnOptions extends CallOptions {
  /** What is answered in place of the tensors: lines for a terminal (`text`), or a picture (`svg`). */
  format: Drawn;
}

export interface ShownOptions<F extends Shown = Shown> extends CallOptions {
  /** What is answered: the answer itself (`json`, the default), lines for a terminal (`text`), or a picture (`svg`). */
  format?: F | undefined;
}

export interface ExampleOptions<F extends Shown = Shown> extends ShownOptions<F> {
  /** In a picture, which request of the example is drawn. */
  request?: string | undefined;
}

export interface EventsOptions extends CallOptions {
  /** The last step that was seen; by default 0. */
  after?: number | undefined;
  /** Which steps are wanted; the others are not computed for this reader. */
  only?: Only | undefined;
}

/** What is known of a run once it has begun. */
export interface Started {
  run: string;
  plan: Plan;
  /** Until when the run is kept at least, if the server has room. */
  expiresAt: Date;
}

interface ViewOptions<F extends TensorForm> {
  /** How the numbers of the steps are given; by default `json`. `typed` ones travel as bytes. */
  tensors?: F | undefined;
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
  /**
   * Hears when a connection is there (`open`), and when it is lost and will be made again (`lost`): for those who look at a
   * stream, and want to know why it stands still. What this throws ends the stream.
   */
  onConnection?: ((state: 'open' | 'lost') => void) | undefined;
}

export interface WatchOptions<F extends TensorForm = TensorForm> extends ViewOptions<F> {
  /** The last step that was seen; by default 0. */
  after?: number | undefined;
}

export interface StreamOptions<F extends TensorForm = TensorForm> extends ViewOptions<F>, Stepping {
  /**
   * Hears when the run was started again, because the server no longer has it (it was restarted, or the run has expired).
   * The steps go on where they were, and have the id of the new run. What this throws ends the stream.
   */
  onRestart?: ((started: Started) => void) | undefined;
}

type Each<O> = { [K in keyof O]-?: Check };

/** The largest number of a step, key or head. */
export const MAX_INT32 = 2 ** 31 - 1;
/** Ids of runs, as the stream takes them. */
export const runId = text(64);

const policy: Each<RetryPolicy> = {
  attempts: or(Number.POSITIVE_INFINITY, integer(1)),
  baseMs: number(0, MAX_TIMER_MS),
  maxMs: number(0, MAX_TIMER_MS),
  deadlineMs: or(Number.POSITIVE_INFINITY, number(0, MAX_TIMER_MS)),
};
const FORMS: Record<TensorForm, true> = { json: true, numbers: true, typed: true };
const SHOWN: Record<Shown, true> = { json: true, text: true, svg: true };
const DETAILS: Record<Stepping['detail'], true> = { whole: true, head: true, row: true, tile: true };
const STEPS: Record<Step['name'], true> = {
  q: true,
  k: true,
  v: true,
  attn_scores: true,
  scaled: true,
  softcapped: true,
  biased: true,
  masked: true,
  tile_scores: true,
  running_max: true,
  rescale: true,
  running_sum: true,
  accumulator: true,
  pattern: true,
  z: true,
  result: true,
};

const call: Each<CallOptions> = { signal: abortSignal, retries: members(policy) };
const answer: Each<AnswerOptions> = { ...call, tensors: oneOf(FORMS) };
const shown: Each<ShownOptions> = { ...call, format: oneOf(SHOWN) };
const DRAWN: Record<Drawn, true> = { text: true, svg: true };
const indices = listOf(integer(0, MAX_INT32));
const only: Each<Only> = { steps: listOf(oneOf(STEPS)), heads: indices, rows: indices };
const view: Each<ViewOptions<TensorForm>> = {
  ...answer,
  only: members(only),
  window: integer(1),
  paused: flag,
  onConnection: callable,
};
const stepping: Each<Stepping> = {
  detail: oneOf(DETAILS),
  tile_rows: integer(1, 256),
  tile_keys: integer(1, 4096),
};
const client: Each<ClientOptions> = {
  // Read where it is resolved.
  baseUrl: () => {},
  token: checkToken,
  fetch: callable,
  WebSocket: callable,
  retries: members(policy),
};

export const checkClient: Check = members(client);
export const checkCall: Check = members(call);
export const checkAnswer: Check = members(answer);
export const checkDrawn: Check = members({ ...call, format: oneOf(DRAWN) } satisfies Each<DrawnOptions>);
export const checkShown: Check = members(shown);
export const checkExample: Check = members({ ...shown, request: text(256) } satisfies Each<ExampleOptions>);
export const checkEvents: Check = members({
  ...call,
  after: integer(0, MAX_INT32),
  only: members(only),
} satisfies Each<EventsOptions>);
export const checkWatch: Check = members({ ...view, after: integer(0, MAX_INT32) } satisfies Each<WatchOptions>);
export const checkStepping: Check = members(stepping, ['detail']);
export const checkStream: Check = members({ ...view, ...stepping, onRestart: callable } satisfies Each<StreamOptions>, [
  'detail',
]);
