import { chainCount, type Stage } from '../attention/plan.ts';
import { RequestError } from '../errors.ts';
import { type AnswerPlan, answerNumbers } from './answer.ts';
import type { Flow } from './fair-queue.ts';
import type { JobAnswer, JobRequest } from './job.ts';
import type { Advanced, Claims, Encoded, Opened, Task } from './tasks.ts';

/** Bodies from this size on keep a thread busy for more than a few slices while they are read. */
const LONG_BODY_BYTES = { json: 256 * 1024, binary: 16 * 1024 * 1024, text: 4 * 1024 } as const;
/**
 * Numbers from here on keep a thread busy for more than a few slices while they are written. A cell of a table or
 * picture takes longer than a number of JSON; beyond some ten thousand of them a matrix is cut or drawn in fewer cells.
 */
const LONG_ANSWER_NUMBERS = { json: 50_000, safetensors: 8_000_000, text: 20_000, svg: 20_000 } as const;

/** Where a job stands. Each state knows all that it needs; a job that has ended wants nothing more. */
type State =
  | { kind: 'opening'; started: boolean }
  | {
      kind: 'computing';
      stages: readonly Stage[];
      at: number;
      claims: Claims;
      rests: { chain: number; from: number }[];
      answer: AnswerPlan;
    }
  | { kind: 'encoding'; started: boolean; answer: AnswerPlan }
  | { kind: 'ended' };

/**
 * One request on its way through the threads: opened by one, computed by as many as there are chains, written by one.
 * Invariant: `settle` or `fail` ends it exactly once; after that it wants nothing and ignores what still comes back.
 */
export class JobRun implements Flow {
  readonly request: JobRequest;
  readonly result: Promise<JobAnswer>;
  /** Shared memory that the job holds and gives back when no thread uses it any more. */
  memory: SharedArrayBuffer[] = [];
  #state: State = { kind: 'opening', started: false };
  #running = 0;
  #resolve: (answer: JobAnswer) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  readonly #born = performance.now();
  #computeStarted = 0;
  readonly #ms = { decode: 0, compute: 0, encode: 0 };

  constructor(request: JobRequest) {
    this.request = request;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get ended(): boolean {
    return this.#state.kind === 'ended';
  }

  /** Tasks of this job that are on a thread now. */
  get running(): number {
    return this.#running;
  }

  get wants(): 'nothing' | 'slice' | 'long' {
    const state = this.#state;
    if (state.kind === 'opening') return state.started ? 'nothing' : this.#isLongBody() ? 'long' : 'slice';
    if (state.kind === 'encoding') return state.started ? 'nothing' : isLongAnswer(state.answer) ? 'long' : 'slice';
    if (state.kind === 'ended') return 'nothing';
    return state.rests.length > 0 || Atomics.load(state.claims.state, 0) < state.claims.count ? 'slice' : 'nothing';
  }

  /** The next piece of work; only when it wants one. */
  take(offer: () => SharedArrayBuffer[]): Task | undefined {
    const state = this.#state;
    if (state.kind === 'ended') return undefined;
    if (state.kind === 'computing') {
      const { claims } = state;
      const rest = state.rests.shift();
      const chain = rest?.chain ?? Atomics.add(claims.state, 0, 1);
      if (chain >= claims.count) return undefined;
      this.#running++;
      return { kind: 'compute', stage: state.stages[state.at], claims, chain, from: rest?.from ?? 0 };
    }
    state.started = true;
    this.#running++;
    return state.kind === 'opening'
      ? { kind: 'open', request: this.request, offered: offer() }
      : { kind: 'encode', answer: state.answer };
  }

  /** A thread came back, with or without a result. */
  threadFreed(): void {
    this.#running--;
  }

  opened(opened: Opened): void {
    if (this.ended) return;
    this.#ms.decode = opened.decodeMs;
    if (opened.kind === 'planned') {
      this.#computeStarted = performance.now();
      this.#startStage(opened.stages, 0, opened.answer);
      return;
    }
    this.#ms.compute = opened.computeMs;
    this.#settle({ ...opened, ms: opened.encodeMs });
  }

  advanced({ rest }: Advanced): void {
    const state = this.#state;
    if (state.kind !== 'computing') return;
    if (rest !== undefined) state.rests.push(rest);
    const exhausted = Atomics.load(state.claims.state, 0) >= state.claims.count;
    if (!exhausted || state.rests.length > 0 || this.#running > 0) return;
    if (state.at + 1 < state.stages.length) {
      this.#startStage(state.stages, state.at + 1, state.answer);
      return;
    }
    this.#ms.compute = performance.now() - this.#computeStarted;
    this.#state = { kind: 'encoding', started: false, answer: state.answer };
  }

  encoded(encoded: Encoded): void {
    if (!this.ended) this.#settle(encoded);
  }

  /** Ends the job with an error; threads that work on it stop after the shard that they are in. */
  fail(error: unknown): void {
    const state = this.#state;
    if (state.kind === 'ended') return;
    if (state.kind === 'computing') Atomics.store(state.claims.state, 1, 1);
    this.#state = { kind: 'ended' };
    this.#reject(error);
  }

  #settle({ contentType, pieces, ms }: Encoded): void {
    this.#state = { kind: 'ended' };
    this.#ms.encode = ms;
    const { decode, compute } = this.#ms;
    const queue = Math.max(0, performance.now() - this.#born - decode - compute - ms);
    this.#resolve({ contentType, pieces, timings: { decode, queue, compute, encode: ms } });
  }

  #startStage(stages: readonly Stage[], at: number, answer: AnswerPlan): void {
    const claims = { state: new Int32Array(new SharedArrayBuffer(8)), count: chainCount(stages[at]) };
    this.#state = { kind: 'computing', stages, at, claims, rests: [], answer };
  }

  #isLongBody(): boolean {
    const { kind, contentType, body } = this.request;
    const format = kind === 'text' ? 'text' : contentType.includes('json') ? 'json' : 'binary';
    return body.byteLength >= LONG_BODY_BYTES[format];
  }
}

function isLongAnswer(answer: AnswerPlan): boolean {
  return answerNumbers(answer) >= LONG_ANSWER_NUMBERS[answer.format];
}

/** The death of a thread, as the request that it worked on sees it. */
export function threadDeath(): RequestError {
  return new RequestError(
    'worker_died',
    'the thread that computed this request died; it is being replaced, and the request can be sent again',
  );
}
