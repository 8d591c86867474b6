import { type Arrival, Connection, type ConnectionParts, type Limits, type Loss, SUBSCRIPTION } from './connection.ts';
import type { Only, RunRequest, Step, Stepping, TensorForm } from './contract.ts';
import { Outcome } from './outcome.ts';
import { Attempts, type RetryPolicy } from './retries.ts';
import { errorOf, SpotlightError } from './spotlight-error.ts';
import { StepBuffer } from './step-buffer.ts';
import { stepIn } from './step-data.ts';
import type { ServerMessage } from './wire/messages.ts';
import type { Plan, Summary } from './wire/runs.ts';

/** What is watched: a run to be made, in JSON, or one that exists. */
export type Target =
  | { kind: 'start'; request: Record<string, unknown> & Pick<RunRequest, 'kind'>; stepping: Stepping }
  | { kind: 'watch'; run: string; after: number };

export interface StepStreamParts<F extends TensorForm> extends Omit<ConnectionParts, 'encoding'> {
  target: Target;
  form: F;
  only: Only | undefined;
  /** Steps that may be under way or wait here for the consumer. */
  window: number;
  paused: boolean;
  retries: RetryPolicy;
  signal: AbortSignal | undefined;
}

/** What is known of a run once it has begun. */
export interface Started {
  run: string;
  plan: Plan;
  /** Until when the run is kept at least, if the server has room. */
  expiresAt: Date;
}

/** Closes after which the same would happen again; after all others the stream comes back. */
const FINAL_CODES = new Set([1002, 1007, 1009, 4400, 4401, 4403, 4409]);

/**
 * The steps of a run, each once and in order, whatever happens to the connection: iterate over it. The server sends no more
 * than `window` steps ahead of the consumer. Leaving the loop ends the watching, never the run; `cancel` ends the run.
 * Invariant: `#position` is the last step that came, or the one before where a seek goes; a new connection goes on from there.
 */
export class StepStream<F extends TensorForm = 'json'> implements AsyncIterableIterator<Step<F>> {
  /** Resolves when the run has begun; rejects when it cannot. */
  readonly started: Promise<Started>;
  /** Resolves when the last step has come; for that the steps before must be taken. Rejects when the stream fails. */
  readonly summary: Promise<Summary>;
  readonly #parts: StepStreamParts<F>;
  readonly #buffer: StepBuffer<Step<F>>;
  readonly #begun = new Outcome<Started>();
  readonly #finished = new Outcome<Summary>();
  readonly #onAbort = () => this.#fail(this.#parts.signal?.reason);
  #target: Target;
  #plan: Plan | undefined;
  #position: number;
  #stepsPerSecond: number | null = null;
  #connection: Connection | undefined;
  /** Between two connections. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempts: Attempts | undefined;
  /** What comes before the pong of this number was sent before a seek, and is not wanted. */
  #barrier: number | undefined;
  #seeks = 0;
  #isOver = false;

  constructor(parts: StepStreamParts<F>) {
    this.#parts = parts;
    this.#target = parts.target;
    this.#position = parts.target.kind === 'watch' ? parts.target.after : 0;
    this.#buffer = new StepBuffer({ window: parts.window, paused: parts.paused });
    this.started = this.#begun.promise;
    this.summary = this.#finished.promise;
    if (parts.signal?.aborted === true) this.#onAbort();
    else {
      parts.signal?.addEventListener('abort', this.#onAbort, { once: true });
      this.#connect();
    }
  }

  /** The id of the run, once it has begun. */
  get run(): string | undefined {
    return this.#target.kind === 'watch' ? this.#target.run : undefined;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * The next step; done behind the last.
   * @throws SpotlightError when the stream cannot go on; the reason of the signal when it is aborted
   */
  async next(): Promise<IteratorResult<Step<F>, undefined>> {
    const taken = await this.#buffer.take();
    if (taken === undefined) {
      this.#leave();
      return { done: true, value: undefined };
    }
    this.#connection?.grant(this.#buffer.grantable());
    return { done: false, value: taken };
  }

  /** Stops watching. The run goes on, and can be watched again. */
  async return(): Promise<IteratorResult<Step<F>, undefined>> {
    const left = new SpotlightError('stream_closed', 'the stream was left before its end');
    this.#leave();
    this.#begun.reject(left);
    this.#finished.reject(left);
    this.#buffer.close();
    return { done: true, value: undefined };
  }

  /** Gives no more steps until `resume` or `step`. The run goes on. */
  pause(): void {
    this.#buffer.pause();
    this.#connection?.send({ type: 'pause', id: SUBSCRIPTION });
  }

  resume(): void {
    this.#buffer.resume();
    this.#connection?.send({ type: 'resume', id: SUBSCRIPTION });
  }

  /** Gives one step more, and pauses. */
  step(): void {
    if (!this.#buffer.isPaused) this.pause();
    if (this.#buffer.allowOne()) this.#connection?.send({ type: 'step', id: SUBSCRIPTION });
  }

  /**
   * Goes on from another step, forwards or backwards; steps that wait here are dropped.
   * @throws RangeError when the run has no such step
   */
  seek(to: number): void {
    const last = this.#plan?.steps ?? Number.MAX_SAFE_INTEGER;
    if (!Number.isInteger(to) || to < 1 || to > last) throw new RangeError(`there is no step ${to}`);
    if (this.#isOver) return;
    this.#position = to - 1;
    this.#buffer.clear();
    if (this.#connection === undefined && this.#timer === undefined) this.#connect();
    // A connection that is not open yet begins at the position.
    if (this.#connection?.isOpen !== true) return;
    // Messages are handled in order, and a paused viewer is sent nothing: all that was on its way comes before the pong.
    this.#barrier = this.#seeks++;
    const { isPaused } = this.#buffer;
    this.#connection.send({ type: 'pause', id: SUBSCRIPTION });
    this.#connection.send({ type: 'ping', t: this.#barrier });
    this.#connection.send({ type: 'seek', id: SUBSCRIPTION, to });
    if (!isPaused) this.#connection.send({ type: 'resume', id: SUBSCRIPTION });
    for (let left = this.#buffer.missing(); left > 0; left--) this.#connection.send({ type: 'step', id: SUBSCRIPTION });
    this.#connection.grant(this.#buffer.grantable());
  }

  /** Sets the pace; null: as fast as the steps are taken. */
  speed(stepsPerSecond: number | null): void {
    this.#stepsPerSecond = stepsPerSecond;
    this.#connection?.send({ type: 'speed', id: SUBSCRIPTION, steps_per_second: stepsPerSecond });
  }

  /** Ends the run, for all who watch it. Only the stream that started it may, and the iteration then fails with `run_cancelled`. */
  cancel(): void {
    const { run } = this;
    if (run !== undefined) this.#connection?.send({ type: 'cancel', run });
    else this.#fail(new SpotlightError('run_cancelled', 'the run was ended before it had begun'));
  }

  #connect(): void {
    this.#timer = undefined;
    this.#barrier = undefined;
    const { url, WebSocket, token, form } = this.#parts;
    try {
      this.#connection = new Connection(
        { url, WebSocket, token, encoding: form === 'typed' ? 'binary' : 'json' },
        {
          onWelcome: (limits) => this.#join(limits),
          onStep: (arrival) => this.#arrive(arrival),
          onMessage: (message) => this.#follow(message),
          onLoss: (loss) => this.#lose(loss),
        },
      );
    } catch (cause) {
      this.#fail(new SpotlightError('connection_failed', `no WebSocket can be opened to ${url}`, { cause }));
    }
  }

  /** Starts the run, or goes on watching it, in the state in which the consumer left it. */
  #join({ credits: most }: Limits): void {
    const { only } = this.#parts;
    const id = SUBSCRIPTION;
    const { isPaused } = this.#buffer;
    const credits = this.#buffer.restart(most);
    const target = this.#target;
    if (target.kind === 'watch') {
      const after = this.#position;
      this.#connection?.send({ type: 'watch', id, run: target.run, after, only, credits, paused: isPaused });
    } else {
      const { request, stepping } = target;
      const isElsewhere = this.#position > 0;
      const paused = isPaused || isElsewhere;
      this.#connection?.send({ type: 'start', id, request, ...stepping, only, credits, paused });
      if (isElsewhere) this.#connection?.send({ type: 'seek', id, to: this.#position + 1 });
      if (isElsewhere && !isPaused) this.#connection?.send({ type: 'resume', id });
    }
    const stepsPerSecond = this.#stepsPerSecond;
    if (stepsPerSecond !== null) this.#connection?.send({ type: 'speed', id, steps_per_second: stepsPerSecond });
    for (let left = this.#buffer.missing(); left > 0; left--) this.#connection?.send({ type: 'step', id });
  }

  #arrive({ message, tensor }: Arrival): void {
    const { seq } = message;
    if (this.#barrier !== undefined) {
      this.#buffer.discard();
      this.#connection?.grant(this.#buffer.grantable());
      return;
    }
    const step = seq > this.#position ? stepIn(this.#parts.form, message, tensor) : undefined;
    if (step === undefined) {
      this.#fail(new SpotlightError('bad_answer', `step ${seq} came after ${this.#position}, or without its numbers`));
      return;
    }
    this.#attempts = undefined;
    this.#position = seq;
    this.#buffer.put(step);
  }

  #follow(message: Exclude<ServerMessage, { type: 'welcome' | 'step' | 'goodbye' }>): void {
    switch (message.type) {
      case 'started': {
        const { run, plan, expires_at: expiresAt } = message;
        // From here on a lost connection is no loss: the run is there, and its request is no longer needed.
        this.#target = { kind: 'watch', run, after: 0 };
        this.#plan = plan;
        this.#begun.resolve({ run, plan, expiresAt: new Date(expiresAt) });
        break;
      }
      case 'pong':
        if (message.t === this.#barrier) this.#barrier = undefined;
        break;
      case 'done':
        if (this.#barrier !== undefined) return;
        this.#buffer.finish();
        this.#finished.resolve(message.summary);
        break;
      case 'error': {
        const error = errorOf(message.problem);
        const isBegun = this.#target.kind === 'watch';
        if (!isBegun && error.isTemporary) this.#retry(error, undefined);
        else this.#fail(error);
        break;
      }
      case 'progress':
        break;
    }
  }

  #lose({ code, reason, reconnectAfterMs }: Loss): void {
    this.#connection = undefined;
    // Nothing is missing; a seek would come back.
    if (this.#buffer.isFinished) return;
    // A viewer that was idle has not failed.
    if (code === 1000) this.#attempts = undefined;
    const why = `the stream was closed with ${code}${reason === '' ? '' : `: ${reason}`}`;
    if (FINAL_CODES.has(code)) this.#fail(new SpotlightError('stream_closed', why, { closeCode: code }));
    else this.#retry(new SpotlightError('connection_failed', why, { closeCode: code }), reconnectAfterMs);
  }

  #retry(failure: SpotlightError, askedMs: number | undefined): void {
    this.#connection?.leave();
    this.#connection = undefined;
    this.#attempts ??= new Attempts(this.#parts.retries);
    const wait = this.#attempts.waitMs(askedMs);
    if (wait === undefined) this.#fail(failure);
    else this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #fail(error: unknown): void {
    this.#leave();
    this.#begun.reject(error);
    this.#finished.reject(error);
    this.#buffer.fail(error);
  }

  #leave(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#connection?.leave();
    this.#connection = undefined;
    this.#parts.signal?.removeEventListener('abort', this.#onAbort);
  }
}
