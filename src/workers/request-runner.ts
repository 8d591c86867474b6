import { chainCount, isSmall, isTiny, type Stage } from '../attention/plan.ts';
import type { Kernel } from '../kernels/kernel.ts';
import { createReferenceKernel } from '../kernels/reference.ts';
import { ShardRunner } from '../kernels/run.ts';
import type { VectorTable } from '../text/vectors/table.ts';
import { writeAnswer } from './answer.ts';
import type { JobRequest } from './job.ts';
import { type OpenedRequest, openRequest } from './open.ts';
import { openExample } from './open-example.ts';
import { RequestMemory } from './shared-memory.ts';
import type { Opened, WorkerSettings } from './tasks.ts';

export interface RunnerSettings {
  kernel: Kernel;
  limits: WorkerSettings['limits'];
  vectors: VectorTable;
}

/**
 * Reads requests with one kernel, on one thread, and finishes those that are small.
 * It keeps memory between requests: whatever `open` returned must be used or sent away before the next call.
 */
export class RequestRunner {
  readonly shards: ShardRunner;
  readonly #settings: RunnerSettings;
  readonly #memory = new RequestMemory();

  constructor(settings: RunnerSettings) {
    this.shards = new ShardRunner(settings.kernel, createReferenceKernel());
    this.#settings = settings;
  }

  /**
   * Reads a request and plans it; a small one is computed and written too.
   * @throws RequestError for any fault in the request
   */
  open(request: JobRequest, offered: readonly SharedArrayBuffer[]): Opened {
    const start = performance.now();
    const opened = this.#read(request, offered);
    const decodeMs = performance.now() - start;
    if (isSmall(opened.stages, this.#settings.kernel.shardCost)) return this.#finish(opened, decodeMs);
    return { kind: 'planned', ...opened, memory: this.#memory.handOver(), decodeMs };
  }

  /**
   * The answer to a tiny request; `undefined` when it turns out not to be one.
   * @throws RequestError for any fault in the request
   */
  answerTiny(request: JobRequest): Extract<Opened, { kind: 'answered' }> | undefined {
    const start = performance.now();
    const opened = this.#read(request, []);
    if (!isTiny(opened.stages, this.#settings.kernel.shardCost)) return undefined;
    return this.#finish(opened, performance.now() - start);
  }

  #read(request: JobRequest, offered: readonly SharedArrayBuffer[]): OpenedRequest {
    this.#memory.begin(offered);
    const { limits, kernel, vectors } = this.#settings;
    const context = { ...limits, kernel, memory: this.#memory.memory, vectors };
    const { kind } = request;
    if (kind === 'example') return openExample(request, { ...context, run: (stages) => this.#runAll(stages) });
    return openRequest({ ...request, kind }, context);
  }

  #finish({ stages, answer }: OpenedRequest, decodeMs: number): Extract<Opened, { kind: 'answered' }> {
    const start = performance.now();
    this.#runAll(stages);
    const computed = performance.now();
    const { contentType, pieces } = writeAnswer(answer);
    const computeMs = computed - start;
    return { kind: 'answered', contentType, pieces, decodeMs, computeMs, encodeMs: performance.now() - computed };
  }

  #runAll(stages: readonly Stage[]): void {
    for (const stage of stages) {
      const chains = chainCount(stage);
      for (let chain = 0; chain < chains; chain++) this.shards.runChain(stage, chain, 0, () => false);
    }
  }
}
