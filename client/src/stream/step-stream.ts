import type { TensorForm } from '../answer.ts';
import { integer, number, or } from '../check.ts';
import { MAX_INT32, type Started } from '../options.ts';
import { originRefusal } from '../origin.ts';
import { Attempts, type RetryPolicy } from '../retries.ts';
import { badAnswer, errorOf, SpotlightError } from '../spotlight-error.ts';
import type { ServerMessage } from '../wire/messages.ts';
import type { Summary } from '../wire/runs.ts';
import { type Arrival, Connection, type ConnectionParts, type Limits, type Loss, SUBSCRIPTION } from './connection.ts';
import { lossError } from './loss.ts';
import { Outcome } from './outcome.ts';
import type { Step } from './step.ts';
import { stepIn } from './step-data.ts';
import type { Target } from './target.ts';
import { type View, Viewer } from './viewer.ts';

export interface StepStreamParts<F extends TensorForm> extends Omit<ConnectionParts, 'encoding'> {
  target: Target;
  form: F;
  view: View;
  retries: RetryPolicy;
  signal: AbortSignal | undefined;
  onConnection: ((state: 'open' | 'lost') => void) | undefined;
  /** Whether the service is closed to this page. */
  isRefused(): Promise<boolean>;
}

const pace = or(null, number(0.01, 10_000));

/**
 * The steps of a run, each once and in order, whatever happens to the connection and, where the stream started the run, to
 * the server: iterate over it. The server sends no more than `window` steps ahead of the consumer. Leaving the loop ends the
 * watching, never the run; `cancel` ends the run. At its end `pause`, `resume`, `speed` and `cancel` do nothing more.
 */
export class StepStream<F extends TensorForm = 'json'> implements AsyncIterableIterator<Step<F>> {
  /** Resolves when the run has begun; rejects when it cannot. */
  readonly started: Promise<Started>;
  /** Resolves when the last step has come; for that the steps before must be taken. Rejects when the stream fails. */
  readonly summary: Promise<Summary>;
  readonly #parts: StepStreamParts<F>;
  readonly #target: Target;
  readonly #viewer: Viewer<Step<F>>;
  readonly #begun = new Outcome<Started>();
  readonly #finished = new Outcome<Summary>();
  readonly #onAbort = () => this.#fail(this.#parts.signal?.reason);
  #connection: Connection | undefined;
  /** Credits that the server allows. */
  #mostCredits = 0;
  /** Whether there is a connection, or one will be made without being asked for. */
  #isConnecting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempts: Attempts | undefined;
  #isOver = false;

  constructor(parts: StepStreamParts<F>) {
    this.#parts = parts;
    this.#target = parts.target;
    this.#viewer = new Viewer(parts.view);
    this.started = this.#begun.promise;
    this.summary = this.#finished.promise;
    if (parts.signal?.aborted === true) this.#onAbort();
    else {
      parts.signal?.addEventListener('abort', this.#onAbort, { once: true });
      this.#connect();
    }
  }

  /** The id of the run, once it has begun; another one when it had to be started again. */
  get run(): string | undefined {
    return this.#target.run;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * The next step; done behind the last.
   * @throws SpotlightError when the stream cannot go on; the reason of the signal when it is aborted
   */
  async next(): Promise<IteratorResult<Step<F>, undefined>> {
    const taken = await this.#viewer.buffer.take();
    if (taken === undefined) {
      this.#leave();
      return { done: true, value: undefined };
    }
    this.#viewer.grant(this.#watching);
    return { done: false, value: taken };
  }

  /** Stops watching. The run goes on, and can be watched again. */
  async return(): Promise<IteratorResult<Step<F>, undefined>> {
    const left = new SpotlightError('stream_closed', 'the stream was left before its end');
    this.#leave();
    this.#begun.reject(left);
    this.#finished.reject(left);
    this.#viewer.buffer.close();
    return { done: true, value: undefined };
  }

  /** Gives no more steps until `resume` or `step`. The run goes on. */
  pause(): void {
    this.#viewer.pause(this.#watching);
  }

  resume(): void {
    this.#viewer.resume(this.#watching);
  }

  /**
   * Gives one step more, and pauses.
   * @throws SpotlightError `stream_closed` at the end of the stream
   */
  step(): void {
    this.#mustBeOpen();
    this.#viewer.step(this.#watching);
  }

  /**
   * Goes on from another step, forwards or backwards; steps that wait here are dropped.
   * @throws SpotlightError `invalid_argument` when the run has no such step, `stream_closed` at the end of the stream
   */
  seek(to: number): void {
    integer(1, this.#target.steps ?? MAX_INT32)(to, '/to');
    this.#mustBeOpen();
    this.#viewer.place(to);
    if (!this.#isConnecting) this.#connect();
    // A connection that is not open yet begins at the position.
    const line = this.#watching;
    if (line?.isOpen === true) this.#viewer.seek(line);
  }

  /**
   * Sets the pace, from 0.01 to 10,000 steps a second; null: as fast as the steps are taken. To stop there is `pause`.
   * @throws SpotlightError `invalid_argument`
   */
  speed(stepsPerSecond: number | null): void {
    pace(stepsPerSecond, '/stepsPerSecond');
    this.#viewer.speed(this.#watching, stepsPerSecond);
  }

  /** Ends the run, for all who watch it. Only the stream that started it may, and the iteration then fails with `run_cancelled`. */
  cancel(): void {
    const { run } = this;
    if (run !== undefined && this.#target.isThere) this.#viewer.cancel(this.#watching, run);
    else if (!this.#isOver) this.#fail(new SpotlightError('run_cancelled', 'the run was ended before it had begun'));
  }

  /** The connection, unless it is about to start the run again: what the consumer wants is then told to its new viewer. */
  get #watching(): Connection | undefined {
    return this.#target.isLost ? undefined : this.#connection;
  }

  #mustBeOpen(): void {
    if (this.#isOver) throw new SpotlightError('stream_closed', 'the stream is at its end and gives no more steps');
  }

  #connect(): void {
    this.#isConnecting = true;
    const { url, WebSocket, token, form } = this.#parts;
    try {
      this.#connection = new Connection(
        { url, WebSocket, token, encoding: form === 'typed' ? 'binary' : 'json' },
        {
          onWelcome: (limits) => this.#join(limits),
          onStep: (arrival) => this.#arrive(arrival),
          onMessage: (message) => this.#follow(message),
          onNoToken: (error) => this.#fail(error),
          onLoss: (loss) => this.#lose(loss),
        },
      );
    } catch (cause) {
      this.#fail(new SpotlightError('connection_failed', `no WebSocket can be opened to ${url}`, { cause }));
    }
  }

  #join({ credits }: Limits): void {
    this.#tell('open');
    // The consumer may have left when it heard.
    if (this.#isOver) return;
    this.#mostCredits = credits;
    this.#viewer.join(this.#connection, this.#target, credits);
  }

  #arrive({ message, tensor }: Arrival): void {
    const { seq } = message;
    if (this.#viewer.isSeeking) {
      this.#viewer.discard(this.#connection);
      return;
    }
    const { position } = this.#viewer;
    const step = seq > position ? stepIn(this.#parts.form, message, tensor) : undefined;
    if (step === undefined) {
      this.#fail(badAnswer(`step ${seq} came after ${position}, or without its numbers`));
      return;
    }
    this.#attempts = undefined;
    this.#viewer.put(seq, step);
  }

  #follow(message: Exclude<ServerMessage, { type: 'welcome' | 'step' | 'goodbye' }>): void {
    switch (message.type) {
      case 'started':
        this.#begin({ run: message.run, plan: message.plan, expiresAt: new Date(message.expires_at) });
        break;
      case 'pong':
        this.#viewer.pong(message.t);
        break;
      case 'done':
        if (this.#viewer.isSeeking) return;
        this.#viewer.buffer.finish();
        this.#finished.resolve(message.summary);
        break;
      case 'error': {
        const error = errorOf(message.problem);
        const canTryAgain = this.#target.lose(error) || error.isTemporary;
        if (canTryAgain) this.#retry(error, undefined);
        else this.#fail(error);
        break;
      }
      case 'progress':
        break;
    }
  }

  #begin(started: Started): void {
    const wasLost = this.#target.isLost;
    try {
      this.#target.begin(started);
    } catch (error) {
      // Perhaps of the consumer's own making: it is told in the loop, as nobody listens here.
      this.#fail(error);
      return;
    }
    this.#begun.resolve(started);
    // The consumer may have left when it heard.
    if (!wasLost || this.#isOver) return;
    this.#connection?.send({ type: 'unwatch', id: SUBSCRIPTION });
    this.#viewer.enter(this.#connection, this.#target, this.#mostCredits);
  }

  #lose(loss: Loss): void {
    this.#connection = undefined;
    this.#isConnecting = !this.#viewer.buffer.isFinished;
    // Nothing is missing; a seek would come back.
    if (!this.#isConnecting) return;
    // A viewer that was idle has not failed.
    if (loss.code === 1000) this.#attempts = undefined;
    const error = lossError(loss, this.#parts.url);
    if (!error.isTemporary) this.#fail(error);
    else if (loss.wasOpen) this.#retry(error, loss.reconnectAfterMs);
    else void this.#judge(error, loss.reconnectAfterMs);
  }

  /** Comes back, unless the page is one that the service never lets in. */
  async #judge(error: SpotlightError, askedMs: number | undefined): Promise<void> {
    const isRefused = await this.#parts.isRefused();
    if (this.#isOver) return;
    if (isRefused) this.#fail(originRefusal(new URL(this.#parts.url), { cause: error }));
    else this.#retry(error, askedMs);
  }

  #retry(failure: SpotlightError, askedMs: number | undefined): void {
    this.#connection?.leave();
    this.#connection = undefined;
    this.#attempts ??= new Attempts(this.#parts.retries);
    const wait = this.#attempts.waitMs(askedMs);
    if (wait === undefined) {
      this.#fail(failure);
      return;
    }
    this.#tell('lost');
    if (!this.#isOver) this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #tell(state: 'open' | 'lost'): void {
    try {
      this.#parts.onConnection?.(state);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#leave();
    this.#begun.reject(error);
    this.#finished.reject(error);
    this.#viewer.buffer.fail(error);
  }

  #leave(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#connection?.leave();
    this.#connection = undefined;
    this.#parts.signal?.removeEventListener('abort', this.#onAbort);
  }
}
