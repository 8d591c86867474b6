import { RequestError } from '../errors.ts';
import type { Caller } from '../limits/caller.ts';
import type { ReadMessage, StartEnvelope } from './client-messages.ts';
import { Violation } from './close-codes.ts';
import type { Feed, Subscription } from './feed.ts';
import type { Limits } from './protocol.ts';
import type { Run } from './run.ts';
import { binaryForm, jsonForm } from './sending.ts';
import type { CutRun, OwningAsker, Starter } from './starter.ts';
import { steppingOf } from './stepping.ts';
import { Viewer } from './viewer.ts';

/** Whose connection it is. */
export interface StreamAsker extends OwningAsker {
  /** Whose limits count now for what it starts, if any do: callers that do nothing for a while are forgotten. */
  caller(): Caller | undefined;
}

export interface SubscriptionsParts {
  feed: Feed;
  starter: Starter;
  limits: Limits;
  /** @throws RequestError `saturated` when there are too many viewers in total; otherwise one more is counted */
  admitViewer(): void;
  dropViewer(): void;
}

interface Own extends Subscription {
  /** The subscription in binary frames. */
  index: number;
}

/** Messages that set the pace of one viewer. */
export type PaceMessage = Extract<ReadMessage, { type: 'credit' | 'pause' | 'resume' | 'step' | 'seek' | 'speed' }>;

/**
 * The subscriptions of one connection, each from its `start` or `watch` until it is dropped. One that is done may still be
 * sought through, but counts no more and gives its id back.
 * Invariant: every viewer that was admitted is dropped once, and every run that was joined is left once.
 */
export class Subscriptions {
  readonly #parts: SubscriptionsParts;
  readonly #asker: StreamAsker;
  readonly #own = new Map<string, Own>();
  /** Runs that this connection started and that are unfinished or watched by it. */
  readonly #runs = new Set<Run>();
  #starting = 0;
  #indexes = 0;

  constructor(asker: StreamAsker, parts: SubscriptionsParts) {
    this.#asker = asker;
    this.#parts = parts;
  }

  /** Steps that were granted and not been sent yet. */
  get credits(): number {
    let credits = 0;
    for (const { viewer } of this.#own.values()) credits += viewer.credits;
    return credits;
  }

  /**
   * Watches a run that exists. Resolves when that has begun; what is said to the subscription until then counts.
   * @throws Violation, RequestError
   */
  async watch(message: Extract<ReadMessage, { type: 'watch' }>, encoding: 'json' | 'binary'): Promise<void> {
    this.#makeRoom(message.id);
    this.#checkCredits(message.credits, '/credits');
    this.#parts.admitViewer();
    const subscription = this.#add(message.id, new Viewer(message), encoding);
    const { principal } = this.#asker;
    try {
      const run = await this.#parts.starter.runs.find(message.run, { principal, payer: this.#asker.caller() });
      if (!this.#has(subscription)) return;
      subscription.viewer.attach(run);
      this.#begin(subscription, run);
    } catch (error) {
      if (!this.#has(subscription)) return;
      this.drop(message.id);
      throw error;
    }
  }

  /**
   * Makes a run and watches it. Resolves when it has begun; what is said to the subscription until then counts.
   * @throws Violation, RequestError
   */
  async start(message: StartEnvelope, cut: CutRun, encoding: 'json' | 'binary'): Promise<void> {
    const { starter } = this.#parts;
    let subscription: Own;
    try {
      this.#makeRoom(message.id);
      this.#checkRuns();
      this.#checkCredits(message.credits, '/credits');
      this.#checkCaller();
      this.#parts.admitViewer();
      subscription = this.#add(message.id, new Viewer({ ...message, after: 0, only: message.only }), encoding);
    } catch (error) {
      starter.drop(cut);
      throw error;
    }
    this.#starting++;
    const { principal, owner } = this.#asker;
    const payer = this.#asker.caller();
    payer?.count();
    try {
      const run = await starter.start(cut, steppingOf(message), { principal, owner, payer });
      await this.#attach(subscription, run);
    } catch (error) {
      if (this.#has(subscription)) this.drop(message.id);
      throw error;
    } finally {
      this.#starting--;
      // As of other requests: once it has been let in or not.
      payer?.payBytes(cut.message.byteLength);
    }
  }

  /** @throws RequestError for what the viewer cannot do */
  pace(message: PaceMessage): void {
    const { viewer } = this.#find(message.id);
    if (message.type === 'credit') {
      this.#checkCredits(viewer.credits + message.n, '/n');
      viewer.grant(message.n);
    } else if (message.type === 'pause') viewer.pause();
    else if (message.type === 'resume') viewer.resume();
    else if (message.type === 'step') viewer.stepOnce();
    else if (message.type === 'speed') viewer.setSpeed(message.steps_per_second);
    else viewer.seek(message.to);
    this.#parts.feed.wake();
  }

  /** @throws RequestError `unknown_subscription` */
  unwatch(id: string): void {
    this.#find(id);
    this.drop(id);
  }

  /** Lets go of a subscription, if there is one of this id. */
  drop(id: string): void {
    const subscription = this.#own.get(id);
    if (subscription === undefined) return;
    this.#own.delete(id);
    this.#parts.feed.remove(subscription);
    this.#parts.dropViewer();
    if (subscription.viewer.run !== undefined) subscription.viewer.run.leave();
  }

  dropAll(): void {
    for (const id of [...this.#own.keys()]) this.drop(id);
  }

  async #attach(subscription: Own, run: Run): Promise<void> {
    const isThere = this.#has(subscription);
    try {
      if (isThere) subscription.viewer.attach(run);
    } catch (error) {
      await this.#parts.starter.cancel(run.id, this.#asker);
      throw error;
    }
    // The client has left in the meantime, and nobody else knows of the run.
    if (!isThere) await this.#parts.starter.cancel(run.id, this.#asker);
    else {
      this.#runs.add(run);
      this.#begin(subscription, run);
    }
  }

  /** Whether nobody has dropped it since. */
  #has(subscription: Own): boolean {
    return this.#own.get(subscription.id) === subscription;
  }

  #begin(subscription: Own, run: Run): void {
    const { feed, starter } = this.#parts;
    run.join();
    feed.say({
      type: 'started',
      id: subscription.id,
      index: subscription.index,
      run: run.id,
      plan: run.about,
      expires_at: new Date(starter.expiryOf(run)).toISOString(),
    });
    feed.add(subscription);
  }

  #add(id: string, viewer: Viewer, encoding: 'json' | 'binary'): Own {
    const index = this.#indexes++;
    const form = encoding === 'binary' ? binaryForm(id, index) : jsonForm(id);
    const subscription = { id, index, viewer, form };
    this.#own.set(id, subscription);
    return subscription;
  }

  /** @throws Violation when the id is taken or there are too many */
  #makeRoom(id: string): void {
    const { subscriptions } = this.#parts.limits;
    const former = this.#own.get(id);
    if (former !== undefined && !former.viewer.isDone) throw new Violation(4409, 'the id of the subscription is taken');
    this.drop(id);
    if (this.#own.size < subscriptions) return;
    const done = [...this.#own.values()].find(({ viewer }) => viewer.isDone);
    if (done === undefined) throw new Violation(4429, `more than ${subscriptions} subscriptions`);
    this.drop(done.id);
  }

  /** @throws RequestError `rate_limited` */
  #checkCaller(): void {
    const refusal = this.#asker.caller()?.refusal();
    if (refusal !== undefined) throw refusal;
  }

  /** @throws Violation when this connection has as many runs as it may */
  #checkRuns(): void {
    const { runs } = this.#parts.limits;
    const watching = [...this.#own.values()].filter(({ viewer }) => !viewer.isDone);
    const watched = new Set(watching.map(({ viewer }) => viewer.run));
    for (const run of this.#runs) if (!run.isRunning && !watched.has(run)) this.#runs.delete(run);
    if (this.#runs.size + this.#starting >= runs) throw new Violation(4429, `more than ${runs} runs`);
  }

  #find(id: string): Own {
    const own = this.#own.get(id);
    if (own !== undefined) return own;
    throw new RequestError('unknown_subscription', 'this connection has no subscription of this id', {
      pointer: '/id',
    });
  }

  #checkCredits(credits: number, pointer: string): void {
    const { credits: limit } = this.#parts.limits;
    if (credits <= limit) return;
    throw new RequestError('invalid_option', `a viewer may have ${limit} credits at once`, { pointer });
  }
}
