import { stepCost } from '../attention/cost.ts';
import { attentionGrid, type Stage } from '../attention/plan.ts';
import { type Detail, type Step, type Subject, stepNumbers } from '../attention/steps.ts';
import type { Completion, EncodedStep, StepEncoding, Task } from '../tasks/tasks.ts';
import type { Floats } from '../tensor/tensor.ts';
import type { Account } from './fair-queue.ts';
import { Ending, type PoolJob } from './pool-job.ts';
import { StageWalk } from './stage-walk.ts';

/** Numbers of steps that are computed and written in one go, in about a slice. */
const GROUP_NUMBERS = 8_000;
/** Multiply-adds of the same: about a millisecond of a SIMD kernel. */
const GROUP_COST = 8_000_000;
/** Steps in one go, whatever they cost. */
const GROUP_STEPS = 64;
/** The reference is some fifteen times slower than the other kernels. */
const SLOW = 15;

/** How many steps from the first on are computed in one go; at least one. */
export class GroupBudget {
  #numbers = 0;
  #cost = 0;
  #steps = 0;
  readonly #subjects: readonly Subject[];

  constructor(subjects: readonly Subject[]) {
    this.#subjects = subjects;
  }

  /** Whether one more step fits; it is counted if it does. */
  takes(step: Step): boolean {
    this.#numbers += stepNumbers(this.#subjects[step.part], step);
    this.#cost += costOf(this.#subjects[step.part], step);
    this.#steps++;
    const fits = this.#numbers <= GROUP_NUMBERS && this.#cost <= GROUP_COST && this.#steps <= GROUP_STEPS;
    return fits || this.#steps === 1;
  }
}

function costOf(subject: Subject, step: Step): number {
  // Steps of one tile share its cost; the first is asked for most.
  if (step.tile !== undefined && step.name !== 'tile_scores') return 0;
  return stepCost(subject, step) * (subject.problem.precision === 'float64' ? SLOW : 1);
}

/** Whether a step is too much for one go: it is cut into shards, and written by a task of its own. */
function isLargeStep(subject: Subject, step: Step): boolean {
  return step.tile === undefined && (stepNumbers(subject, step) > GROUP_NUMBERS || costOf(subject, step) > GROUP_COST);
}

/** Takes as many steps of a queue as are computed in one go, at least one. A large one is cut into shards and shares no task. */
export function takeGroup(queue: Step[], subjects: readonly Subject[]): Step[] {
  const budget = new GroupBudget(subjects);
  const isLarge = (step: Step) => isLargeStep(subjects[step.part], step);
  let count = 0;
  while (count < queue.length && budget.takes(queue[count]) && (count === 0 || !isLarge(queue[count]))) {
    count++;
    if (isLarge(queue[count - 1])) break;
  }
  return queue.splice(0, count);
}

export interface StepsRequest {
  subjects: readonly Subject[];
  detail: Detail;
  steps: readonly Step[];
  encoding: StepEncoding;
  /** Whether a large step is of float64 although its run is not. */
  isWide: boolean;
}

type State =
  | { kind: 'waiting' }
  | { kind: 'on thread' }
  | { kind: 'computing'; walk: StageWalk }
  | { kind: 'writing'; started: boolean };

/**
 * Computes and writes some steps of one run: several small ones in one go, or one large one in shards, as any other
 * computation. `memory` is taken for a large one and given back when no thread works on it.
 */
export class StepsJob implements PoolJob<EncodedStep[]> {
  readonly bodyBytes = 0;
  readonly account: Account;
  readonly #request: StepsRequest;
  readonly #ending = new Ending<EncodedStep[]>();
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  /** Of a large step. */
  readonly #into: Floats | undefined;
  #state: State;
  #running = 0;

  /** @param memory for the numbers of a large step */
  constructor(request: StepsRequest, account: Account, memory: (bytes: number) => SharedArrayBuffer) {
    this.#request = request;
    this.account = account;
    const { subjects, steps, isWide } = request;
    const subject = subjects[steps[0].part];
    if (!isLargeStep(subject, steps[0])) {
      this.#state = { kind: 'waiting' };
      return;
    }
    const length = stepNumbers(subject, steps[0]);
    const wide = isWide || subject.problem.precision === 'float64';
    const buffer = memory(length * (wide ? 8 : 4));
    const into = wide ? new Float64Array(buffer, 0, length) : new Float32Array(buffer, 0, length);
    const grid = { ...attentionGrid(subject.problem), splits: 1 };
    const stage: Stage = { kind: 'step', subject, step: steps[0], into, grid };
    this.#into = into;
    this.#state = { kind: 'computing', walk: new StageWalk([stage]) };
  }

  get result(): Promise<EncodedStep[]> {
    return this.#ending.result;
  }

  get ended(): boolean {
    return this.#ending.ended;
  }

  get running(): number {
    return this.#running;
  }

  get wants(): 'nothing' | 'slice' | 'long' {
    const state = this.#state;
    if (this.ended || state.kind === 'on thread') return 'nothing';
    if (state.kind === 'computing') return state.walk.hasWork ? 'slice' : 'nothing';
    if (state.kind === 'writing') return state.started ? 'nothing' : 'long';
    const { subjects, steps } = this.#request;
    // A tile is computed from the first of its row on, without a pause.
    return costOf(subjects[steps[0].part], steps[0]) > 2 * GROUP_COST ? 'long' : 'slice';
  }

  take(): Task | undefined {
    const state = this.#state;
    const { subjects, detail, steps, encoding } = this.#request;
    if (state.kind === 'computing') {
      const piece = state.walk.take();
      if (piece !== undefined) this.#running++;
      return piece;
    }
    this.#running++;
    if (state.kind === 'writing') state.started = true;
    else this.#state = { kind: 'on thread' };
    const work = { subjects, detail, encoding };
    if (this.#into === undefined) return { kind: 'steps', ...work, steps, stop: this.#stop };
    return { kind: 'write-step', ...work, step: steps[0], data: this.#into };
  }

  threadFreed(): void {
    this.#running--;
  }

  accept(completion: Completion): void {
    if (this.ended) return;
    if (completion.kind === 'steps') this.#ending.resolve(separated(completion.result));
    if (completion.kind === 'write-step' && this.#state.kind === 'writing') {
      this.#ending.resolve([completion.result]);
    }
    if (completion.kind === 'compute' && this.#state.kind === 'computing') {
      this.#state.walk.advanced(completion.result);
      if (this.#state.walk.isOver) this.#state = { kind: 'writing', started: false };
    }
  }

  fail(error: unknown): void {
    if (this.ended) return;
    Atomics.store(this.#stop, 0, 1);
    if (this.#state.kind === 'computing') this.#state.walk.cancel();
    this.#ending.reject(error);
  }
}

/** Each step with bytes of its own, so that one that is dropped frees its memory. */
function separated({ steps, pieces: [bytes] }: Extract<Completion, { kind: 'steps' }>['result']): EncodedStep[] {
  let at = 0;
  return steps.map(({ seq, ms, bytes: length }) => {
    at += length;
    return { seq, ms, pieces: [bytes.slice(at - length, at)] };
  });
}
