import type { KernelChoice } from '../kernels/select.ts';
import type { HeldBytes } from '../pressure/held-bytes.ts';
import type { Pressure } from '../pressure/pressure.ts';
import type { RequestLimits } from '../requests/open-context.ts';
import type { TokenSettings } from '../requests/tokens/token-runner.ts';

export interface PoolOptions {
  workers: number;
  /** What is added to the niceness of the threads, 0 to 19; on Linux only. */
  workerNice?: number;
  kernel: KernelChoice;
  /** Whether relaxed SIMD may be used; without it every machine gives the same bytes. */
  relaxedSimd: boolean;
  deadlineMs: number;
  /** The most requests that may be in the pool at once. */
  maxQueue: number;
  /** The longest that one may be expected to take until it is done, in ms. */
  maxQueueMs: number;
  /** The most bytes that their bodies may have together. */
  maxQueueBytes: number;
  /** Of what open requests hold, which `maxQueueBytes` bounds, the part of one client. */
  clientSharePercent: number;
  /** Bodies on their way in and answers on their way out. */
  held: Pick<HeldBytes, 'hasRoom' | 'onRoom'>;
  pressure: Pick<Pressure, 'isHigh' | 'refusal'>;
  limits: RequestLimits;
  /** The table of word vectors, which all threads read. */
  vectors: SharedArrayBuffer;
  /** With what is wrong with the names of other files, found before any was read: `ready` fails with it. */
  tokens: TokenSettings & { faults: readonly string[] };
  log: PoolLog;
}

export interface PoolLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
