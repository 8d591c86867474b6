import { problemOf, type Recipient } from '../problem-document.ts';
import { Outbox, type Wire } from './outbox.ts';
import type { ServerMessage } from './protocol.ts';
import { type StepForm, StepSending } from './sending.ts';
import type { Taker, Turns } from './turns.ts';
import type { Viewer } from './viewer.ts';

/** A viewer and how its steps are written. */
export interface Subscription {
  id: string;
  viewer: Viewer;
  form: StepForm;
}

export interface FeedParts {
  wire: Wire;
  turns: Turns;
  /** Of problem documents. */
  recipient: Recipient;
  /** How messages other than steps are written. */
  format(message: ServerMessage): Uint8Array;
  /** A step can never be finished: the connection is of no use any more. */
  onBroken(): void;
  /** A subscription ended with an error, which its client was told. */
  onEnded(subscription: Subscription): void;
  /** Everything that was to be written is. */
  onEmpty?(): void;
}

/** Small steps in one turn of one client. */
const STEPS_A_TURN = 16;

/**
 * Feeds one client with the steps of its subscriptions, in turns with all others, as fast as it reads.
 * Invariant: a step is begun only when there is room for it and it is written; until then a viewer is a position.
 */
export class Feed implements Taker {
  readonly #parts: FeedParts;
  readonly #outbox: Outbox;
  /** In the order in which they will be served. */
  readonly #subscriptions = new Set<Subscription>();
  readonly #wake = () => this.#parts.turns.add(this);
  #timer: NodeJS.Timeout | undefined;
  /** When a step was last begun, as a time of performance.now(). */
  lastStepAt = performance.now();

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#outbox = new Outbox(parts.wire, this.#wake);
  }

  get outbox(): Outbox {
    return this.#outbox;
  }

  add(subscription: Subscription): void {
    this.#subscriptions.add(subscription);
    this.#wake();
  }

  remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
  }

  say(message: ServerMessage): void {
    this.#outbox.message(this.#parts.format(message));
    this.#wake();
  }

  /** Bytes that are no message. */
  raw(bytes: Uint8Array): void {
    this.#outbox.message(bytes);
    this.#wake();
  }

  sayError(error: unknown, id?: string): void {
    this.say({ type: 'error', ...(id !== undefined && { id }), problem: problemOf(error, this.#parts.recipient) });
  }

  /** Something has changed: look again. */
  wake(): void {
    this.#wake();
  }

  /** Several small steps go out in one write: a call to the system costs more than all the rest of a step. */
  turn(): boolean {
    const { wire } = this.#parts;
    wire.hold();
    try {
      for (let i = 0; i < STEPS_A_TURN; i++) if (!this.#advance()) return false;
      return true;
    } finally {
      wire.release();
    }
  }

  #advance(): boolean {
    const found = this.#outbox.isFree ? this.#serve() : 'nothing';
    const state = this.#outbox.pump();
    if (state === 'broken') {
      this.#parts.onBroken();
      return false;
    }
    if (state === 'pending') this.#listen();
    if (this.#outbox.isEmpty) this.#parts.onEmpty?.();
    return state === 'more' || (found === 'something' && state === 'empty');
  }

  close(): void {
    this.#outbox.close();
    this.#parts.turns.remove(this);
    this.forget();
  }

  /** Serves no subscription any more; a step that has begun is finished. */
  forget(): void {
    clearTimeout(this.#timer);
    for (const { viewer } of this.#subscriptions) viewer.run?.offNews(this.#wake);
    this.#subscriptions.clear();
  }

  /** Serves the first subscription that has something; the others come before it the next time. */
  #serve(): 'something' | 'nothing' {
    const now = performance.now();
    let soonest = Number.POSITIVE_INFINITY;
    for (const subscription of [...this.#subscriptions]) {
      const { viewer } = subscription;
      const outlook = viewer.look(now);
      if (outlook.kind === 'later') soonest = Math.min(soonest, outlook.at);
      if (outlook.kind === 'later' || outlook.kind === 'waiting') continue;
      if (!this.#give(subscription, outlook, now)) continue;
      if (this.#subscriptions.delete(subscription)) this.#subscriptions.add(subscription);
      return 'something';
    }
    this.#listen();
    if (soonest <= now) return 'something';
    clearTimeout(this.#timer);
    if (Number.isFinite(soonest)) this.#timer = setTimeout(this.#wake, Math.ceil(soonest - now));
    return 'nothing';
  }

  /** Whether anything was given. */
  #give(subscription: Subscription, outlook: ReturnType<Viewer['look']>, now: number): boolean {
    const { id, viewer, form } = subscription;
    const { run } = viewer;
    if (run === undefined) return false;
    switch (outlook.kind) {
      case 'step':
        if (run.written(outlook.step.seq, form.encoding) === undefined) {
          run.ask(viewer.ahead(run.plan), form.encoding);
          return false;
        }
        this.#outbox.begin(new StepSending(run, outlook.step, form));
        this.lastStepAt = now;
        viewer.sent(now);
        return true;
      case 'progress':
        this.say({ type: 'progress', id, done: outlook.done, total: run.plan.total });
        viewer.told(now);
        return true;
      case 'done': {
        const { summary } = run;
        if (summary === undefined) return false;
        this.say({ type: 'done', id, run: run.id, seq: run.plan.total, summary });
        viewer.finished();
        return true;
      }
      case 'ended':
        this.sayError(outlook.error, id);
        this.remove(subscription);
        this.#parts.onEnded(subscription);
        return true;
      default:
        return false;
    }
  }

  #listen(): void {
    for (const { viewer } of this.#subscriptions) if (!viewer.isDone) viewer.run?.onNews(this.#wake);
  }
}
