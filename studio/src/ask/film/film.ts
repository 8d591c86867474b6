/** A film: the stream of a run, paced by the stream itself, its frames kept, and how it stands with the service. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { type SpotlightClient, SpotlightError, type StepStream } from 'spotlight-client';
import { isGone } from '../gone.ts';
import type { FilmQuestion } from './film-question.ts';
import { type FilmPlan, frameOf } from './frame.ts';
import { Frames } from './frames.ts';
import { arrived, begun, type Move, type Player, paused, played, STOPPED, shown, stepped } from './player.ts';

/** How it stands with the service. */
export type Standing =
  | { is: 'connecting' }
  /** `isAgain`: the service had lost the run, and it was started again. */
  | { is: 'open'; isAgain: boolean }
  /** The client comes back by itself. */
  | { is: 'lost' }
  /** The service says what is wrong with the request. */
  | { is: 'refused'; problem: SpotlightError }
  /** A run of a link that the service no longer has. */
  | { is: 'gone'; problem: SpotlightError };

/** Of all frames of a film together. */
const BUDGET_BYTES = 64 * 2 ** 20;
/** A film waits for its service as long as the page is open. */
const PATIENT = { attempts: Number.POSITIVE_INFINITY, baseMs: 200, maxMs: 2000, deadlineMs: Number.POSITIVE_INFINITY };
/** Steps that are read ahead at once: few, as what is waited for comes behind them. */
const AHEAD_WINDOW = 32;
/** Steps after which it need no more be said that the run was begun again. */
const TOLD_STEPS = 10;
/** How often the page hears of what was read ahead. */
const TELL_MS = 200;

export class Film {
  readonly frames = new Frames(BUDGET_BYTES);
  readonly #service: SpotlightClient;
  readonly #stream: StepStream<'typed'>;
  readonly #end = new AbortController();
  readonly #player = signal(STOPPED);
  readonly #standing = signal<Standing>({ is: 'connecting' });
  readonly #plan = signal<FilmPlan | undefined>(undefined);
  readonly #run = signal<string | undefined>(undefined);
  /** How many frames are kept, as the page was last told. */
  readonly #kept = signal(0);
  readonly #isKept = (seq: number) => this.frames.has(seq);
  readonly #drawn: () => Promise<void>;
  /** Lets the film go on behind its end. */
  #resume = () => {};
  /** The last step that was read ahead. */
  #ahead = 0;
  #reading: StepStream<'typed'> | undefined;
  /** How many steps it is still said for that the run was begun again. */
  #toTell = 0;
  #stepsPerSecond = 1;
  /** Whether the run is somebody else's, or may be: what is only one's own is ended with its film. */
  #isShared: boolean;
  #telling: ReturnType<typeof setTimeout> | undefined;

  /** @param drawn resolves when what is shown was drawn: before that, no further step is taken, and so no credit given */
  constructor(service: SpotlightClient, question: FilmQuestion, drawn: () => Promise<void>) {
    this.#service = service;
    this.#drawn = drawn;
    this.#isShared = question.is === 'watched';
    const view = { tensors: 'typed', paused: true, signal: this.#end.signal, retries: PATIENT } as const;
    const onConnection = (state: 'open' | 'lost') => this.#stand(state);
    if (question.is === 'watched') this.#stream = service.watch(question.run, { ...view, onConnection });
    else {
      const onRestart = ({ run }: { run: string }) => this.#restarted(run);
      this.#stream = service.stream(question.request, { ...view, ...question.stepping, onConnection, onRestart });
    }
    void this.#follow();
  }

  get player(): ReadonlySignal<Player> {
    return this.#player;
  }
  get standing(): ReadonlySignal<Standing> {
    return this.#standing;
  }
  get plan(): ReadonlySignal<FilmPlan | undefined> {
    return this.#plan;
  }
  get run(): ReadonlySignal<string | undefined> {
    return this.#run;
  }
  get kept(): ReadonlySignal<number> {
    return this.#kept;
  }

  show(seq: number): void {
    this.#move(shown(this.#player.peek(), seq, this.#isKept));
  }
  step(by: number): void {
    this.#move(stepped(this.#player.peek(), by, this.#isKept));
  }
  play(): void {
    this.#move(played(this.#player.peek(), this.#isKept));
  }
  pause(): void {
    this.#move(paused(this.#player.peek()));
  }
  speed(stepsPerSecond: number): void {
    this.#stepsPerSecond = stepsPerSecond;
    if (this.#player.peek().isRunning) this.#stream.speed(stepsPerSecond);
  }
  /** Its link was given away. */
  share(): void {
    this.#isShared = true;
  }
  /**
   * Stops watching; a run that others may have the link to goes on. One that has not begun is ended by the service as soon as
   * it sees that its client has left, and one whose `started` was lost on the way is kept for RUN_TTL_MS, as any other.
   */
  close(): void {
    clearTimeout(this.#telling);
    if (!this.#isShared && this.#run.peek() !== undefined) this.#stream.cancel();
    this.#end.abort();
  }

  async #follow(): Promise<void> {
    try {
      const { run, plan } = await this.#stream.started;
      this.#run.value = run;
      this.#plan.value = plan;
      this.#move(begun(this.#player.peek(), plan.steps, this.#isKept));
      await this.#take(plan.steps);
    } catch (error) {
      if (this.#end.signal.aborted) return;
      if (!(error instanceof SpotlightError)) throw error;
      this.#standing.value = { is: isGone(error) ? 'gone' : 'refused', problem: error };
    }
  }

  async #take(steps: number): Promise<void> {
    for (;;) {
      const { value } = await this.#stream.next();
      if (value === undefined) return;
      this.frames.put(frameOf(value));
      // Behind its last step the stream would end, and be no more to be sought in.
      const goesOn = value.seq < steps ? undefined : new Promise<void>((resolve) => (this.#resume = resolve));
      const wasFirst = this.#player.peek().at === 0;
      this.#move(arrived(this.#player.peek(), value.seq, this.#isKept));
      if (wasFirst) void this.#drawn().then(() => this.#readAhead());
      this.#tellSoon();
      if (this.#toTell > 0 && --this.#toTell === 0) this.#standing.value = { is: 'open', isAgain: false };
      if (this.#player.peek().isRunning) await this.#drawn();
      await goesOn;
    }
  }

  #move({ player, orders }: Move): void {
    const wasWaiting = this.#player.peek().wanted !== undefined;
    this.#player.value = player;
    // What is looked at comes before what may be, which would stand before it in every queue.
    if (player.wanted !== undefined) this.#reading?.pause();
    else if (wasWaiting) void this.#readOn();
    for (const order of orders) {
      if (order.do === 'seek') {
        // A stream that has failed stands still; what is kept can be seen.
        if (!this.#isOver) this.#stream.seek(order.to);
        this.#resume();
      } else if (order.do === 'step') {
        if (!this.#isOver) this.#stream.step();
        this.#resume();
      } else if (order.do === 'pause') {
        this.#stream.pause();
        // Single steps come at once.
        this.#stream.speed(null);
      } else {
        this.#stream.speed(this.#stepsPerSecond);
        this.#stream.resume();
      }
    }
  }

  get #isOver(): boolean {
    const { is } = this.#standing.peek();
    return is === 'refused' || is === 'gone';
  }

  #stand(state: 'open' | 'lost'): void {
    this.#standing.value = state === 'open' ? { is: 'open', isAgain: false } : { is: 'lost' };
    if (state === 'open' && this.#player.peek().at > 0) void this.#readAhead();
  }

  #restarted(run: string): void {
    this.#run.value = run;
    this.#standing.value = { is: 'open', isAgain: true };
    this.#toTell = TOLD_STEPS;
    void this.#readAhead();
  }

  /** Keeps frames before they are shown, as far as there is room: a picture has what came before it, and scrubbing no wait. */
  async #readAhead(): Promise<void> {
    const run = this.#run.peek();
    if (
      this.#end.signal.aborted ||
      run === undefined ||
      this.#reading !== undefined ||
      this.#ahead === this.#plan.peek()?.steps
    )
      return;
    const view = { tensors: 'typed', window: AHEAD_WINDOW, after: this.#ahead, signal: this.#end.signal } as const;
    this.#reading = this.#service.watch(run, view);
    if (this.#player.peek().wanted !== undefined) this.#reading.pause();
    try {
      for await (const step of this.#reading) {
        const frame = frameOf(step);
        if (!this.frames.has(frame.seq) && !this.frames.hasRoomFor(frame)) return;
        if (!this.frames.has(frame.seq)) this.frames.put(frame);
        this.#ahead = frame.seq;
        this.#tellSoon();
      }
    } catch (error) {
      // The film itself says what is wrong, and reads on when its run is there again.
      if (!(error instanceof SpotlightError || this.#end.signal.aborted)) throw error;
    } finally {
      this.#reading = undefined;
    }
    if (run !== this.#run.peek()) void this.#readAhead();
  }

  /** Once what was waited for is drawn, unless something is waited for again. */
  async #readOn(): Promise<void> {
    await this.#drawn();
    if (this.#player.peek().wanted === undefined) this.#reading?.resume();
  }

  #tellSoon(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#kept.value = this.frames.count;
    }, TELL_MS);
  }
}
