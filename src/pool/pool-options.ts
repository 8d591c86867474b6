import type { KernelChoice } from '../kernels/select.ts';
import type { TokenSettings, WorkerSettings } from '../tasks/tasks.ts';

export interface PoolOptions {
  workers: number;
  /** What is added to the niceness of the threads, 0 to 19; on Linux only. */
  workerNice?: number;
  kernel: KernelChoice;
  /** Whether relaxed SIMD may be used; without it every machine gives the same bytes. */
  relaxedSimd: boolean;
  deadlineMs: number;
  /** Bodies up to this may be answered on the calling thread, see answerTiny. */
  tinyBodyBytes: number;
  /** The most requests that may be in the pool at once. */
  maxQueue: number;
  /** The most bytes that their bodies may have together. */
  maxQueueBytes: number;
  limits: WorkerSettings['limits'];
  /** The file of word vectors; by default the table that comes with the service. */
  vectorsFile?: string;
  tokens: TokenSettings;
  log: PoolLog;
}

export interface PoolLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
