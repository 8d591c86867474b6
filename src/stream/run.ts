import { type Stage, stagesRead } from '../attention/plan.ts';
import type { StepPlan } from '../attention/step-plan.ts';
import type { Step, StepName, Subject } from '../attention/steps.ts';
import { RequestError } from '../errors.ts';
import type { AttentionPool } from '../pool/pool.ts';
import type { LentMemory } from '../pool/pool-memory.ts';
import type { RunJob, RunTimings } from '../pool/run-job.ts';
import { GroupBudget, StepsJob, takeGroup } from '../pool/steps-job.ts';
import { TileJob, type TileRequest } from '../pool/tile-job.ts';
import type { RunOpened } from '../requests/opened.ts';
import type { EncodedStep, StepEncoding } from '../tasks/tasks.ts';
import { aboutStep, namesBytes, planBytes, planOf, shareOf, summaryOf } from './about.ts';
import type { Plan, Summary } from './protocol.ts';
import { Retries } from './retries.ts';
import type { Origin } from './shared/asked-run.ts';
import type { RunEnd } from './shared/run-record.ts';
import type { OwnSteps, WrittenStep } from './step-cache.ts';

/** The body of the request, where its tensors are still read; and who pays for the bytes of steps that are written. */
interface Kept {
  bytes: number;
  release: () => void;
  pay: (bytes: number) => void;
}

/** What runs need of the pool. */
export type RunPool = Pick<AttentionPool, 'isReady' | 'admit' | 'perform'> & { memory: LentMemory };

type State =
  | { kind: 'running' }
  | { kind: 'finished'; summary: Summary }
  | { kind: 'failed'; error: unknown }
  /** Its memory goes as soon as no thread reads it. */
  | { kind: 'gone'; error: RequestError };

/** Groups of steps of one run that threads may work on at once. */
const GROUPS_AT_ONCE = 2;

/**
 * A computation that is watched: its inputs and results in shared memory, and a plan by which any step is computed from
 * them. Viewers ask for steps by number; the first who asks has a group of them computed, the others find it.
 *
 * Invariant: `#users` counts the jobs that threads may still work on and the viewers in the middle of a step; the memory is
 * given back when the run is gone and nobody uses it, exactly once.
 */
export class Run {
  readonly id: string;
  readonly plan: StepPlan;
  readonly kernel: string;
  /** As `Date.now()`. */
  readonly createdAt: number;
  readonly bytes: number;
  readonly about: Plan;
  /** When it was computed, as `performance.now()`; when its last viewer left, if that was later. */
  restingSince = Number.POSITIVE_INFINITY;
  readonly subjects: readonly Subject[];
  readonly #stages: readonly Stage[];
  readonly #job: RunJob;
  readonly #kept: Kept;
  readonly #pool: RunPool;
  readonly #written: OwnSteps;
  readonly #abort: AbortController;
  readonly #onEnd: (end: RunEnd) => void;
  #state: State = { kind: 'running' };
  #users = 1;
  #viewers = 0;
  readonly #waiting = new Set<() => void>();
  /** Steps that a thread works on or will, by key. */
  readonly #asked = new Set<string>();
  readonly #queue: Record<StepEncoding, Step[]> = { json: [], binary: [] };
  #groups = 0;
  readonly #retries = new Retries();

  constructor(
    { id, createdAt, end, kernel, restedMs = 0 }: Origin,
    { job, opened, kept, abort }: { job: RunJob; opened: RunOpened; kept: Kept; abort: AbortController },
    { pool, written, onEnd }: { pool: RunPool; written: OwnSteps; onEnd: (end: RunEnd) => void },
  ) {
    this.id = id;
    this.createdAt = createdAt;
    this.plan = opened.plan;
    this.kernel = kernel ?? opened.kernel;
    this.subjects = opened.subjects;
    this.#stages = opened.stages;
    this.#job = job;
    this.#kept = kept;
    this.#pool = pool;
    this.#written = written;
    this.#abort = abort;
    this.#onEnd = onEnd;
    if (end !== undefined) {
      this.#state = 'summary' in end ? { kind: 'finished', ...end } : { kind: 'failed', ...end };
      this.restingSince = performance.now() - restedMs;
    }
    this.about = planOf({ ...opened, kernel: this.kernel });
    this.bytes = job.memory.reduce(
      (sum, { byteLength }) => sum + byteLength,
      kept.bytes + planBytes(opened.plan) + namesBytes(opened.labels),
    );
    job.onStage = () => this.#wake();
    job.result.then(
      (timings) => this.#finish(timings),
      (error: unknown) => this.#fail(error),
    );
  }

  get isRunning(): boolean {
    return this.#state.kind === 'running';
  }

  /** Whether threads still work on what its steps come from; of one that is known to have ended elsewhere, too. */
  get isComputed(): boolean {
    return !this.#job.ended;
  }

  get viewers(): number {
    return this.#viewers;
  }

  get summary(): Summary | undefined {
    return this.#state.kind === 'finished' ? this.#state.summary : undefined;
  }

  /** Why there are no steps any more, if so. */
  get endedWith(): unknown {
    return this.#state.kind === 'failed' || this.#state.kind === 'gone' ? this.#state.error : undefined;
  }

  join(): void {
    this.#viewers++;
  }

  leave(): void {
    this.#viewers--;
    if (this.#viewers === 0 && !this.isRunning) this.restingSince = performance.now();
  }

  /** Keeps the memory while a viewer is in the middle of a step. */
  hold(): void {
    this.#users++;
  }

  letGo(): void {
    this.#users--;
    this.#releaseIfUnused();
  }

  /** Calls `wake` once, at the next news: steps were written, a stage is over, the run has ended. */
  onNews(wake: () => void): void {
    this.#waiting.add(wake);
  }

  offNews(wake: () => void): void {
    this.#waiting.delete(wake);
  }

  /** A written step, if it is there. */
  written(seq: number, encoding: StepEncoding): WrittenStep | undefined {
    return this.#written.get(keyOf(seq, encoding));
  }

  /** Has steps computed that are neither there nor asked for; the first one is wanted most. News will tell. */
  ask(steps: Iterable<Step>, encoding: StepEncoding): void {
    const budget = new GroupBudget(this.subjects);
    for (const step of steps) {
      if (!this.isReady(step.name) || !budget.takes(step)) break;
      const key = keyOf(step.seq, encoding);
      if (this.#asked.has(key) || this.written(step.seq, encoding) !== undefined) continue;
      this.#asked.add(key);
      this.#queue[encoding].push(step);
    }
    this.#workOn();
  }

  /**
   * A tile of one of its matrices, written, once the stages are over that the matrix comes from.
   * @throws what the run has failed with or is gone for; `overflow`
   */
  async tile(request: Omit<TileRequest, 'subject'>, signal: AbortSignal): Promise<Uint8Array[]> {
    if (this.endedWith !== undefined) throw this.endedWith;
    const memory: SharedArrayBuffer[] = [];
    const job = new TileJob({ ...request, subject: this.subjects[request.tile.part] }, this.#job.account, (bytes) => {
      memory.push(this.#pool.memory.shared(bytes));
      return memory[0];
    });
    this.#users++;
    return await this.#pool.perform(job, AbortSignal.any([this.#abort.signal, signal]), () => {
      this.#pool.memory.giveBack(memory);
      this.letGo();
    });
  }

  /** Ends the run: threads stop after the shard that they are in, viewers are told why. */
  end(error: RequestError): void {
    if (this.#state.kind === 'gone') return;
    this.#state = { kind: 'gone', error };
    this.#abort.abort(error);
    this.#wake();
    this.#releaseIfUnused();
  }

  /** Whether the stages are over that a matrix is computed from. */
  isReady(name: StepName): boolean {
    return this.#job.stagesDone >= stagesRead(name, this.#stages);
  }

  #workOn(): void {
    for (const encoding of ['json', 'binary'] as const) {
      const queue = this.#queue[encoding];
      while (queue.length > 0 && this.#groups < GROUPS_AT_ONCE && this.endedWith === undefined) {
        void this.#compute(takeGroup(queue, this.subjects), encoding);
      }
    }
  }

  async #compute(steps: readonly Step[], encoding: StepEncoding): Promise<void> {
    const memory: SharedArrayBuffer[] = [];
    const [{ seq: first }] = steps;
    const isWide = this.#retries.isWide(first);
    const job = new StepsJob(
      { subjects: this.subjects, detail: this.plan.detail, steps, encoding, isWide },
      this.#job.account,
      (bytes) => {
        memory.push(this.#pool.memory.shared(bytes));
        return memory[0];
      },
    );
    this.#groups++;
    this.#users++;
    const onLeft = () => {
      this.#pool.memory.giveBack(memory);
      this.letGo();
    };
    try {
      const written = await this.#pool.perform(job, this.#abort.signal, onLeft);
      for (const [i, step] of written.entries()) this.#keep(steps[i], step, encoding);
    } catch (error) {
      if (!this.#retries.mayFollow(error, first, isWide)) this.#fail(error);
    } finally {
      for (const { seq } of steps) this.#asked.delete(keyOf(seq, encoding));
      this.#groups--;
      this.#wake();
      this.#workOn();
    }
  }

  #keep(step: Step, { seq, ms, pieces }: EncodedStep, encoding: StepEncoding): void {
    if (this.endedWith !== undefined) return;
    const { about, shape } = aboutStep(this.subjects[step.part], this.plan, step, {
      run: this.id,
      ms: ms + shareOf(this.subjects[step.part], step, { stages: this.#stages, stageMs: this.#job.stageMs }),
    });
    const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    this.#kept.pay(bytes);
    this.#written.set(keyOf(seq, encoding), { about, shape, pieces, bytes });
  }

  #finish(timings: RunTimings): void {
    if (this.#state.kind !== 'running') return;
    const summary = summaryOf(this.subjects, this.plan, timings);
    this.#state = { kind: 'finished', summary };
    this.#onEnd({ summary });
    this.#rest();
  }

  #fail(error: unknown): void {
    if (this.#state.kind === 'gone' || this.#state.kind === 'failed') return;
    if (this.#state.kind === 'running' && error instanceof RequestError) this.#onEnd({ error });
    this.#state = { kind: 'failed', error };
    this.#rest();
  }

  #rest(): void {
    if (this.#viewers === 0) this.restingSince = performance.now();
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #releaseIfUnused(): void {
    // NaN once it is given back.
    if (!(this.#users <= 0) || this.#state.kind !== 'gone') return;
    this.#users = Number.NaN;
    this.#pool.memory.giveBack(this.#job.memory);
    this.#kept.release();
  }
}

function keyOf(seq: number, encoding: StepEncoding): string {
  return `${encoding}:${seq}`;
}
