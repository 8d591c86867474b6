import type { Payer } from '../limits/caller.ts';
import type { RunOpened, RunSettings } from '../requests/opened.ts';
import type { RunRequest } from '../requests/request.ts';
import type { Completion, Task } from '../tasks/tasks.ts';
import { isLongBody } from './answer-job.ts';
import type { Account } from './fair-queue.ts';
import { Ending, type PoolJob } from './pool-job.ts';
import { StageWalk } from './stage-walk.ts';

/** Where the time of a run went, in ms: thread time of each stage, and the time until all were over. */
export interface RunTimings {
  decode: number;
  stages: readonly number[];
  total: number;
}

type State =
  | { kind: 'opening'; started: boolean }
  | { kind: 'computing'; walk: StageWalk; decode: number }
  | { kind: 'ended' };

/**
 * A request whose computation is watched: opened and computed as any other, by the same plan, but its inputs and results
 * are kept for the steps, and nothing is written. `opened` settles before `result`, or fails with it.
 */
export class RunJob implements PoolJob<RunTimings> {
  readonly opened: Promise<RunOpened>;
  readonly bodyBytes: number;
  /** For the run and all its steps. */
  readonly account: Account = { served: 0 };
  /** Shared memory that the run's inputs and results are in; whoever keeps the run gives it back. */
  memory: readonly SharedArrayBuffer[] = [];
  readonly #request: RunRequest;
  readonly #settings: RunSettings;
  readonly #opening = new Ending<RunOpened>();
  readonly #ending = new Ending<RunTimings>();
  readonly #born = performance.now();
  #state: State = { kind: 'opening', started: false };
  #running = 0;
  #stageMs: readonly number[] = [];
  readonly #payer: Payer | undefined;

  /** @param payer whoever pays for it, if anybody does */
  constructor(request: RunRequest, settings: RunSettings, payer?: Payer) {
    this.#request = request;
    this.#settings = settings;
    this.#payer = payer;
    this.bodyBytes = request.body.byteLength;
    this.opened = this.#opening.result;
    // Whoever waits for `result` sees the failure too.
    this.opened.catch(() => {});
  }

  get result(): Promise<RunTimings> {
    return this.#ending.result;
  }

  get ended(): boolean {
    return this.#ending.ended;
  }

  get running(): number {
    return this.#running;
  }

  /** Is called when a stage is over. */
  onStage: () => void = () => {};

  /** Thread time of each stage so far, in ms. */
  get stageMs(): readonly number[] {
    return this.#state.kind === 'computing' ? this.#state.walk.ms : this.#stageMs;
  }

  /** Stages whose results are there. */
  get stagesDone(): number {
    const state = this.#state;
    if (state.kind === 'computing') return state.walk.done;
    return state.kind === 'ended' ? Number.POSITIVE_INFINITY : 0;
  }

  get wants(): 'nothing' | 'slice' | 'long' {
    const state = this.#state;
    if (state.kind === 'opening') return state.started ? 'nothing' : isLongBody(this.#request) ? 'long' : 'slice';
    return state.kind === 'computing' && state.walk.hasWork ? 'slice' : 'nothing';
  }

  take(offer: (bodyBytes: number) => SharedArrayBuffer[]): Task | undefined {
    const state = this.#state;
    if (state.kind === 'ended') return undefined;
    if (state.kind === 'computing') {
      const piece = state.walk.take();
      if (piece !== undefined) this.#running++;
      return piece;
    }
    state.started = true;
    this.#running++;
    return { kind: 'open-run', request: this.#request, settings: this.#settings, offered: offer(this.bodyBytes) };
  }

  threadFreed(): void {
    this.#running--;
  }

  accept(completion: Completion): void {
    if (completion.kind === 'open-run') this.#open(completion.result);
    if (completion.kind !== 'compute' || this.#state.kind !== 'computing') return;
    const { walk, decode } = this.#state;
    const before = walk.done;
    walk.advanced(completion.result);
    if (walk.isOver) this.#finish(decode, walk.ms);
    else if (walk.done > before) this.onStage();
  }

  fail(error: unknown): void {
    const state = this.#state;
    if (state.kind === 'ended') return;
    if (state.kind === 'computing') state.walk.cancel();
    this.#state = { kind: 'ended' };
    this.#opening.reject(error);
    this.#ending.reject(error);
  }

  #open(opened: RunOpened): void {
    this.memory = opened.memory.buffers;
    if (this.ended) return;
    try {
      this.#payer?.payAhead(opened.multiplyAdds);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.#opening.resolve(opened);
    if (opened.stageMs !== undefined) this.#finish(opened.decodeMs, opened.stageMs);
    else this.#state = { kind: 'computing', walk: new StageWalk(opened.stages), decode: opened.decodeMs };
  }

  #finish(decode: number, stages: readonly number[]): void {
    this.#stageMs = stages;
    this.#state = { kind: 'ended' };
    this.#ending.resolve({ decode, stages, total: performance.now() - this.#born });
  }
}
