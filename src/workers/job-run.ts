import { RequestError } from '../errors.ts';
import { type AnswerPlan, answerNumbers } from './answer.ts';
import type { ComputeRequest, JobAnswer, JobRequest } from './job.ts';
import type { PoolJob } from './pool-job.ts';
import { StageWalk } from './stage-walk.ts';
import type { Advanced, Completion, Encoded, Opened, Task } from './tasks.ts';

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
  | { kind: 'computing'; walk: StageWalk; answer: AnswerPlan }
  | { kind: 'encoding'; started: boolean; answer: AnswerPlan }
  | { kind: 'ended' };

/**
 * One request on its way through the threads: opened by one, computed by as many as there are chains, written by one.
 * Invariant: `settle` or `fail` ends it exactly once; after that it wants nothing and ignores what still comes back.
 */
export class JobRun implements PoolJob<JobAnswer> {
  readonly request: ComputeRequest;
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

  constructor(request: ComputeRequest) {
    this.request = request;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get bodyBytes(): number {
    return this.request.body.byteLength;
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
    if (state.kind === 'opening') return state.started ? 'nothing' : isLongBody(this.request) ? 'long' : 'slice';
    if (state.kind === 'encoding') return state.started ? 'nothing' : isLongAnswer(state.answer) ? 'long' : 'slice';
    return state.kind === 'computing' && state.walk.hasWork ? 'slice' : 'nothing';
  }

  /** The next piece of work; only when it wants one. */
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
    return state.kind === 'opening'
      ? { kind: 'open', request: this.request, offered: offer(this.bodyBytes) }
      : { kind: 'encode', answer: state.answer };
  }

  /** A thread came back, with or without a result. */
  threadFreed(): void {
    this.#running--;
  }

  accept({ kind, result }: Completion, offered: readonly SharedArrayBuffer[]): void {
    if (kind === 'open') this.#opened(result, offered);
    else if (kind === 'compute') this.#advanced(result);
    else if (kind === 'encode' && !this.ended) this.#settle(result);
  }

  #opened(opened: Opened, offered: readonly SharedArrayBuffer[]): void {
    if (opened.kind === 'planned') {
      const { allocated, takenOffers } = opened.memory;
      this.memory = [...allocated, ...takenOffers.map((offer) => offered[offer])];
    }
    if (this.ended) return;
    this.#ms.decode = opened.decodeMs;
    if (opened.kind === 'planned') {
      this.#computeStarted = performance.now();
      this.#state = { kind: 'computing', walk: new StageWalk(opened.stages), answer: opened.answer };
      return;
    }
    this.#ms.compute = opened.computeMs;
    this.#settle({ ...opened, ms: opened.encodeMs });
  }

  #advanced(advanced: Advanced): void {
    const state = this.#state;
    if (state.kind !== 'computing') return;
    state.walk.advanced(advanced);
    if (!state.walk.isOver) return;
    this.#ms.compute = performance.now() - this.#computeStarted;
    this.#state = { kind: 'encoding', started: false, answer: state.answer };
  }

  /** Ends the job with an error; threads that work on it stop after the shard that they are in. */
  fail(error: unknown): void {
    const state = this.#state;
    if (state.kind === 'ended') return;
    if (state.kind === 'computing') state.walk.cancel();
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
}

/** Whether reading the body keeps a thread busy for many slices. */
export function isLongBody({ kind, contentType, body }: JobRequest): boolean {
  const format = kind === 'text' ? 'text' : contentType.includes('json') ? 'json' : 'binary';
  return body.byteLength >= LONG_BODY_BYTES[format];
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
