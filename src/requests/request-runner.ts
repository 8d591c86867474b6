import { isSmall, isTiny, multiplyAdds } from '../attention/cost.ts';
import { chainCount, type Stage } from '../attention/plan.ts';
import { planSteps } from '../attention/step-plan.ts';
import type { Keeping } from '../codec/answer.ts';
import type { Kernel } from '../kernels/kernel.ts';
import { createReferenceKernel } from '../kernels/reference.ts';
import { ShardRunner } from '../kernels/run.ts';
import type { Memory } from '../tensor/memory.ts';
import type { VectorTable } from '../text/vectors/table.ts';
import { type AnswerPlan, isLongAnswer, writeAnswer, writingMs } from './answer.ts';
import { openDiagnosis } from './diagnosis/open-diagnosis.ts';
import { openExample } from './examples/open-example.ts';
import { openRequest } from './open.ts';
import type { OpenContext, OpenedRequest, RequestLimits } from './open-context.ts';
import type { Answered, Planned, RunOpened, RunSettings } from './opened.ts';
import type { ComputeRequest, RunRequest } from './request.ts';
import { RequestMemory } from './request-memory.ts';
import { readsBody, watched } from './subject.ts';
import { openMerge } from './tensors/open-merge.ts';

/** Memory that a run starts with: it grows by what the tensors need, and it may be kept for long. */
const RUN_CHUNK_BYTES = 8 * 1024;
const RUN_CHUNK_MAX_BYTES = 1024 * 1024;

/**
 * Memory that a tiny request may take. Large results would be new shared memory, which costs the calling thread a tenth of
 * a millisecond for each MiB before the plan can say that the request is not tiny.
 */
const TINY_BYTES = 512 * 1024;
/** Thrown where a request wants more; without a stack of its own, as it is no fault. */
const NOT_TINY = new Error('the request takes more memory than a tiny one may');

export interface RunnerSettings {
  kernel: Kernel;
  limits: RequestLimits;
  vectors: VectorTable;
}

/** A request that is to be watched. */
export interface RunTask {
  request: RunRequest;
  settings: RunSettings;
  /** Memory that it may take. */
  offered: readonly SharedArrayBuffer[];
}

/**
 * Reads requests with one kernel, on one thread, and finishes those that are small.
 * It keeps memory between requests: whatever `open` returned must be used or sent away before the next call.
 */
export class RequestRunner {
  readonly shards: ShardRunner;
  readonly #settings: RunnerSettings;
  readonly #memory = new RequestMemory();
  readonly #context: OpenContext;
  readonly #tinyContext: OpenContext;
  /** Bytes that the tiny request being read may still take. */
  #tinyLeft = 0;
  /** Of runs that were refused. */
  #spare: SharedArrayBuffer[] = [];

  constructor(settings: RunnerSettings) {
    this.shards = new ShardRunner(settings.kernel, createReferenceKernel());
    this.#settings = settings;
    this.#context = this.#contextOf(this.#memory.memory);
    this.#tinyContext = this.#contextOf((bytes) => {
      this.#tinyLeft -= bytes;
      if (this.#tinyLeft < 0) throw NOT_TINY;
      return this.#memory.memory(bytes);
    });
  }

  /**
   * Reads a request and plans it; a small one is computed and written too.
   * @throws RequestError for any fault in the request
   */
  open(request: ComputeRequest, offered: readonly SharedArrayBuffer[]): Answered | Planned {
    const start = performance.now();
    const opened = this.#read(request, offered);
    const decodeMs = performance.now() - start;
    const isDoneHere = isSmall(opened.stages, this.#shardCost, writingMs(opened.answer));
    if (isDoneHere) return this.#finish(opened, decodeMs, 'copied');
    const { stages, answer } = opened;
    const memory = this.#memory.handOver();
    const writesLong = isLongAnswer(answer);
    return { kind: 'planned', stages, answer, writesLong, memory, decodeMs, multiplyAdds: multiplyAdds(stages) };
  }

  /**
   * The answer to a tiny request; `undefined` when it turns out not to be one.
   * @throws RequestError for any fault in the request
   */
  answerTiny(request: ComputeRequest, keeping: Keeping = 'copied'): Answered | undefined {
    const start = performance.now();
    const opened = this.#readTiny(request);
    if (opened === undefined || !isTiny(opened.stages, this.#shardCost, writingMs(opened.answer))) return undefined;
    return this.#finish(opened, performance.now() - start, keeping);
  }

  /**
   * Reads a request for viewers, in memory of its own; a small one is computed too.
   * @throws RequestError for any fault in the request, and for steps that would be too many or too large
   */
  openRun({ offered, ...task }: RunTask): RunOpened {
    const { request } = task;
    const own = new RequestMemory(Math.min(RUN_CHUNK_MAX_BYTES, Math.max(RUN_CHUNK_BYTES, request.body.byteLength)));
    own.begin(offered);
    try {
      return this.#openRun(task, own);
    } catch (error) {
      // What it took of the offers is not used any more, either.
      this.#spare = own.takeOwn();
      throw error;
    }
  }

  #openRun({ request, settings }: Omit<RunTask, 'offered'>, own: RequestMemory): RunOpened {
    const start = performance.now();
    // Steps show the inputs as numbers.
    const context = this.#contextOf(own.memory);
    const kernelOfRun = { ...context.kernel, readsHalves: false };
    const opened = openRequest(request, { ...context, kernel: kernelOfRun, isWatched: true });
    const { stages, subjects, ...about } = watched(opened, own.memory);
    const plan = planSteps(subjects, settings, settings);
    const decodeMs = performance.now() - start;
    const stageMs = isSmall(stages, this.#shardCost, 0) ? stages.map((stage) => this.#timed(stage)) : undefined;
    const kept = { memory: own.handOver(), readsBody: readsBody(stages, request.body) };
    return { stages, subjects, plan, ...about, ...kept, decodeMs, multiplyAdds: multiplyAdds(stages), stageMs };
  }

  get #shardCost(): number {
    return this.#settings.kernel.shardCost;
  }

  /** Buffers that past requests needed beyond what they were offered, and that nobody uses any more. */
  takeSpare(): SharedArrayBuffer[] {
    const spare = [...this.#spare, ...this.#memory.takeSpare()];
    this.#spare = [];
    return spare;
  }

  #timed(stage: Stage): number {
    const start = performance.now();
    this.#runAll([stage]);
    return performance.now() - start;
  }

  #readTiny(request: ComputeRequest): OpenedRequest<AnswerPlan> | undefined {
    this.#tinyLeft = TINY_BYTES;
    this.#memory.begin([]);
    try {
      return this.#open(request, this.#tinyContext);
    } catch (error) {
      if (error === NOT_TINY) return undefined;
      throw error;
    }
  }

  #read(request: ComputeRequest, offered: readonly SharedArrayBuffer[]): OpenedRequest<AnswerPlan> {
    this.#memory.begin(offered);
    return this.#open(request, this.#context);
  }

  #open(request: ComputeRequest, context: OpenContext): OpenedRequest<AnswerPlan> {
    if (request.kind === 'diagnose') return openDiagnosis(request, context);
    if (request.kind === 'merge') return openMerge(request, context);
    return request.kind === 'example'
      ? openExample(request, { ...context, run: (stages) => this.#runAll(stages) })
      : openRequest(request, context);
  }

  #contextOf(memory: Memory): OpenContext {
    const { limits, kernel, vectors } = this.#settings;
    const { maxElements, maxBodyBytes, maxOutputBytes } = limits;
    return { maxElements, maxBodyBytes, maxOutputBytes, kernel, memory, vectors };
  }

  #finish({ stages, answer }: OpenedRequest<AnswerPlan>, decodeMs: number, keeping: Keeping): Answered {
    const start = performance.now();
    this.#runAll(stages);
    const computed = performance.now();
    const written = writeAnswer(answer, keeping);
    const times = { decodeMs, computeMs: computed - start, encodeMs: performance.now() - computed };
    return { kind: 'answered', ...written, ...times, multiplyAdds: multiplyAdds(stages) };
  }

  #runAll(stages: readonly Stage[]): void {
    for (const stage of stages) {
      const chains = chainCount(stage);
      for (let chain = 0; chain < chains; chain++) this.shards.runChain(stage, chain, 0, () => false);
    }
  }
}
