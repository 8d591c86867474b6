import { RequestError } from '../errors.ts';
import type { Payer } from '../limits/caller.ts';
import type { ComputeRequest, JobAnswer, JobRequest, Work, WrittenAnswer } from '../requests/request.ts';
import type { Advanced, Completion, Encoded, Opened, OpenedHere, Task } from '../tasks/tasks.ts';
import { Ending, type PoolJob } from './pool-job.ts';
import { StageWalk, type WalkProgress } from './stage-walk.ts';

/** Bodies from this size on keep a thread busy for more than a few slices while they are read: 3 to 7 ms for JSON. */
const LONG_BODY_BYTES = {
  json: 2 * 1024 * 1024,
  binary: 16 * 1024 * 1024,
  npz: 2 * 1024 * 1024,
  text: 4 * 1024,
} as const;
/** Sending a body of this size takes about as long as the slices of others that it waits for. */
const LARGE_BODY_BYTES = 512 * 1024;

/** Smaller bodies hold so few numbers that not even their square, which weights have, is large; but for what may be compressed. */
const LEAST_GROWING_BYTES = { json: 4096, binary: 4096, npz: 0, text: 1024 } as const;

/** Bodies up to this are read in a part of a slice, where they tell what comes of them. */
const SHARED_HOP_BYTES = 128 * 1024;

/** The answer, and whether writing it keeps a thread busy for more than a few slices. */
type ToWrite = Pick<OpenedHere, 'answer' | 'writesLong'>;

/** Where a job stands until it has ended. Each state knows all that it needs. */
type State =
  | { kind: 'opening'; started: boolean }
  | { kind: 'computing'; walk: StageWalk; writing: ToWrite }
  | { kind: 'encoding'; started: boolean; writing: ToWrite };

/**
 * One request on its way through the threads: opened by one, computed by as many as there are chains, written by the one
 * that ends the last of them, or by a task of its own when that takes long. Once it has ended it wants nothing and ignores
 * what still comes back.
 */
export class AnswerJob implements PoolJob<JobAnswer> {
  readonly request: ComputeRequest;
  readonly client: string | undefined;
  /** Shared memory that is to be given back when no thread works on the job any more; what the answer lies in goes with it. */
  memory: readonly SharedArrayBuffer[] = [];
  /** What kernels have done for it. */
  readonly work: Work = { multiplyAdds: 0, kernelMs: 0 };
  readonly #ending = new Ending<JobAnswer>();
  #state: State = { kind: 'opening', started: false };
  #walk: StageWalk | undefined;
  #running = 0;
  readonly #born = performance.now();
  #computeStarted = 0;
  readonly #ms = { decode: 0, compute: 0 };
  readonly #payer: Payer | undefined;

  /** @param client who it is for, if that matters @param payer whoever pays for it, if anybody does */
  constructor(
    request: ComputeRequest,
    { client, payer }: { client?: string | undefined; payer?: Payer | undefined } = {},
  ) {
    this.request = request;
    this.client = client;
    this.#payer = payer;
  }

  get result(): Promise<JobAnswer> {
    return this.#ending.result;
  }

  get bodyBytes(): number {
    return this.request.body.byteLength;
  }

  get ended(): boolean {
    return this.#ending.ended;
  }

  /** Tasks of this job that are on a thread now. */
  get running(): number {
    return this.#running;
  }

  /** How much of its plan is over; undefined before it is planned. */
  get progress(): WalkProgress | undefined {
    return this.#walk?.progress;
  }

  get wants(): 'nothing' | 'slice' | 'long' {
    const state = this.#state;
    if (this.ended) return 'nothing';
    if (state.kind === 'opening') return state.started ? 'nothing' : isLongBody(this.request) ? 'long' : 'slice';
    if (state.kind === 'encoding') return state.started ? 'nothing' : state.writing.writesLong ? 'long' : 'slice';
    return state.kind === 'computing' && state.walk.hasWork ? 'slice' : 'nothing';
  }

  get heldBytes(): number {
    return this.memory.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  get grows(): 'open' | 'answer' | undefined {
    const { kind } = this.#state;
    if (kind === 'opening') return this.bodyBytes > LEAST_GROWING_BYTES[formatOf(this.request)] ? 'open' : undefined;
    return kind === 'encoding' ? 'answer' : undefined;
  }

  get isLarge(): boolean {
    return this.bodyBytes >= LARGE_BODY_BYTES;
  }

  get sharesHop(): boolean {
    const isOpening = this.#state.kind === 'opening' && this.wants === 'slice';
    const isKnown = this.request.kind !== 'example' && formatOf(this.request) !== 'npz';
    return isOpening && this.bodyBytes <= SHARED_HOP_BYTES && isKnown;
  }

  /** The next piece of work; only when it wants one. */
  take(offer: (bodyBytes: number) => SharedArrayBuffer[], isCrowded: boolean): Task | undefined {
    const state = this.#state;
    if (this.ended) return undefined;
    if (state.kind === 'computing') {
      const { walk, writing } = state;
      const piece = walk.take();
      if (piece === undefined) return undefined;
      this.#running++;
      const isWritten = walk.isInLastStage && !writing.writesLong;
      return isWritten ? { ...piece, writing: { answer: writing.answer, memory: this.memory } } : piece;
    }
    const { sharesHop } = this;
    state.started = true;
    this.#running++;
    if (state.kind === 'encoding') return { kind: 'encode', answer: state.writing.answer, memory: this.memory };
    // While all threads have jobs, nobody could help; in a hop that is shared, others would wait.
    return { kind: 'open', request: this.request, offered: offer(this.bodyBytes), goesOn: isCrowded && !sharesHop };
  }

  /** A thread came back, with or without a result. */
  threadFreed(): void {
    this.#running--;
  }

  putBack(task: Task): void {
    this.#running--;
    const state = this.#state;
    if (state.kind !== 'computing') state.started = false;
    else if (task.kind === 'compute') state.walk.putBack(task);
  }

  accept({ kind, result }: Completion): void {
    if (kind === 'open') this.#opened(result);
    else if (kind === 'compute') this.#advanced(result);
    else if (kind === 'encode' && !this.ended) this.#encoded(result);
  }

  #opened(opened: Opened): void {
    if (opened.kind === 'planned') this.memory = opened.memory.buffers;
    if (this.ended) return;
    this.#ms.decode = opened.decodeMs;
    this.work.multiplyAdds = opened.multiplyAdds;
    if (opened.kind === 'planned') {
      this.#planned(opened);
      return;
    }
    this.#payer?.pay(opened.multiplyAdds);
    this.#ms.compute = opened.computeMs;
    this.work.kernelMs = opened.computeMs;
    this.#settle(opened, [], opened.encodeMs);
  }

  #planned({ stages, answer, writesLong, begun, multiplyAdds }: OpenedHere): void {
    if (begun?.encoded !== undefined) this.#payer?.pay(multiplyAdds);
    else if (!this.#isPaidAhead(multiplyAdds)) return;
    this.#computeStarted = performance.now() - (begun?.ms ?? 0);
    this.work.kernelMs += begun?.ms ?? 0;
    if (begun?.encoded !== undefined) {
      this.#ms.compute = begun.ms;
      this.#encoded(begun.encoded);
      return;
    }
    this.#walk = new StageWalk(stages, begun);
    this.#compute(this.#walk, { answer, writesLong });
  }

  /** Whether its caller may have it computed; otherwise it has ended. */
  #isPaidAhead(multiplyAdds: number): boolean {
    try {
      this.#payer?.payAhead(multiplyAdds);
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  #compute(walk: StageWalk, writing: ToWrite): void {
    if (!walk.isOver) {
      this.#state = { kind: 'computing', walk, writing };
      return;
    }
    this.#ms.compute = performance.now() - this.#computeStarted;
    this.#state = { kind: 'encoding', started: false, writing };
  }

  #advanced(advanced: Advanced): void {
    const state = this.#state;
    if (this.ended || state.kind !== 'computing') return;
    const { encoded } = advanced;
    this.work.kernelMs += advanced.ms;
    if (encoded !== undefined) {
      this.#ms.compute = performance.now() - this.#computeStarted - encoded.ms;
      this.#encoded(encoded);
      return;
    }
    state.walk.advanced(advanced);
    this.#compute(state.walk, state.writing);
  }

  /** Ends the job with an error; threads that work on it stop after the shard that they are in. */
  fail(error: unknown): void {
    if (this.ended) return;
    if (this.#state.kind === 'computing') this.#state.walk.cancel();
    this.#ending.reject(error);
  }

  #encoded(encoded: Encoded): void {
    const inAnswer = new Set(encoded.uses.map((buffer) => this.memory[buffer]));
    this.memory = this.memory.filter((buffer) => !inAnswer.has(buffer));
    this.#settle(encoded, [...inAnswer], encoded.ms);
  }

  #settle(
    { contentType, jsonBytes, pieces }: WrittenAnswer,
    memory: readonly SharedArrayBuffer[],
    encode: number,
  ): void {
    const { decode, compute } = this.#ms;
    const queue = Math.max(0, performance.now() - this.#born - decode - compute - encode);
    this.#ending.resolve({ contentType, jsonBytes, pieces, memory, timings: { decode, queue, compute, encode } });
  }
}

/** Whether reading the body keeps a thread busy for many slices. */
export function isLongBody(request: JobRequest): boolean {
  return request.body.byteLength >= LONG_BODY_BYTES[formatOf(request)];
}

function formatOf({ kind, contentType }: JobRequest): keyof typeof LONG_BODY_BYTES {
  if (kind === 'text') return 'text';
  // It may be compressed, and inflates at 0.2 GB/s.
  if (contentType.includes('npz')) return 'npz';
  return contentType.includes('json') ? 'json' : 'binary';
}

/** The death of a thread, as the request that it worked on sees it. */
export function threadDeath(): RequestError {
  return new RequestError(
    'worker_died',
    'the thread that computed this request died; it is being replaced, and the request can be sent again',
  );
}
