import type { Only } from '../wire/messages.ts';
import { type Connection, SUBSCRIPTION } from './connection.ts';
import { StepBuffer } from './step-buffer.ts';
import type { Target } from './target.ts';

export interface View {
  /** The last step that was seen. */
  after: number;
  only: Only | undefined;
  /** Steps that may be under way or wait here for the consumer. */
  window: number;
  paused: boolean;
}

type Line = Connection | undefined;
const id = SUBSCRIPTION;

/**
 * Where the viewer of a run stands and at what pace it goes on, and what the server is told of that: now, where there is a
 * connection, and on each new one.
 * Invariant: `position` is the last step that came, or the one before where a seek goes; a new connection goes on from there.
 */
export class Viewer<T> {
  readonly buffer: StepBuffer<T>;
  readonly #only: Only | undefined;
  #position: number;
  #stepsPerSecond: number | null = null;
  #mustCancel = false;
  /** What comes before the pong of this number was sent before a seek, and is not wanted. */
  #barrier: number | undefined;
  #seeks = 0;

  constructor({ after, only, window, paused }: View) {
    this.buffer = new StepBuffer({ window, paused });
    this.#only = only;
    this.#position = after;
  }

  get position(): number {
    return this.#position;
  }

  /** Whether what comes now was sent before a seek. */
  get isSeeking(): boolean {
    return this.#barrier !== undefined;
  }

  /** Takes the step that comes next. */
  put(seq: number, step: T): void {
    this.#position = seq;
    this.buffer.put(step);
  }

  /** A step that was sent before a seek. */
  discard(line: Line): void {
    this.buffer.discard();
    this.grant(line);
  }

  grant(line: Line): void {
    line?.grant(this.buffer.grantable());
  }

  pause(line: Line): void {
    this.buffer.pause();
    line?.send({ type: 'pause', id });
  }

  resume(line: Line): void {
    this.buffer.resume();
    line?.send({ type: 'resume', id });
  }

  step(line: Line): void {
    if (!this.buffer.isPaused) this.pause(line);
    if (this.buffer.allowOne()) line?.send({ type: 'step', id });
  }

  speed(line: Line, stepsPerSecond: number | null): void {
    this.#stepsPerSecond = stepsPerSecond;
    line?.send({ type: 'speed', id, steps_per_second: stepsPerSecond });
  }

  cancel(line: Line, run: string): void {
    this.#mustCancel = true;
    line?.send({ type: 'cancel', run });
  }

  /** Stands before another step. */
  place(to: number): void {
    this.#position = to - 1;
    this.buffer.clear();
  }

  /** Goes to where it was placed, over a connection that is open. */
  seek(line: Connection): void {
    // Messages are handled in order, and a paused viewer is sent nothing: all that was on its way comes before the pong.
    this.#barrier = this.#seeks++;
    line.send({ type: 'pause', id });
    line.send({ type: 'ping', t: this.#barrier });
    line.send({ type: 'seek', id, to: this.#position + 1 });
    if (!this.buffer.isPaused) line.send({ type: 'resume', id });
    this.#sendSteps(line);
    this.grant(line);
  }

  /** What the server answers to a ping. */
  pong(t: unknown): void {
    if (t === this.#barrier) this.#barrier = undefined;
  }

  /** Starts the run, or goes on watching it, over a new connection that allows at most so many credits. */
  join(line: Line, target: Target, most: number): void {
    this.#barrier = undefined;
    if (target.isThere) this.enter(line, target, most);
    // Only to have the run again: then it is entered as any other.
    else if (target.isLost) line?.sendText(target.startMessage({ credits: 0, paused: true }));
    else {
      const isElsewhere = this.#position > 0;
      const paused = this.buffer.isPaused || isElsewhere;
      line?.sendText(target.startMessage({ only: this.#only, credits: this.buffer.restart(most), paused }));
      if (isElsewhere) line?.send({ type: 'seek', id, to: this.#position + 1 });
      if (isElsewhere && !this.buffer.isPaused) line?.send({ type: 'resume', id });
      this.#sendPace(line);
    }
  }

  /** Watches the run from the position on. */
  enter(line: Line, { run }: Target, most: number): void {
    if (run === undefined) return;
    const credits = this.buffer.restart(most);
    const paused = this.buffer.isPaused;
    line?.send({ type: 'watch', id, run, after: this.#position, only: this.#only, credits, paused });
    this.#sendPace(line);
    if (this.#mustCancel) line?.send({ type: 'cancel', run });
  }

  /** What a new viewer does not know. */
  #sendPace(line: Line): void {
    const pace = this.#stepsPerSecond;
    if (pace !== null) line?.send({ type: 'speed', id, steps_per_second: pace });
    this.#sendSteps(line);
  }

  #sendSteps(line: Line): void {
    for (let left = this.buffer.missing(); left > 0; left--) line?.send({ type: 'step', id });
  }
}
