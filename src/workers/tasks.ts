import type { Stage } from '../attention/plan.ts';
import type { KernelName } from '../kernels/kernel.ts';
import type { Candidate, KernelChoice } from '../kernels/select.ts';
import type { AnswerPlan } from './answer.ts';
import type { Fault, JobRequest } from './job.ts';
import type { HandedOver } from './shared-memory.ts';

/** What every worker is told when it starts. */
export interface WorkerSettings {
  kernel: KernelChoice;
  /** Whether the build with relaxed SIMD may be chosen. */
  relaxedSimd: boolean;
  limits: { maxElements: number; maxOutputBytes: number };
  /** The table of word vectors: one copy for all threads. */
  vectors: SharedArrayBuffer;
}

/** One hop to a worker. */
export type Task =
  | { kind: 'hello' }
  /** Read a body; when the whole computation is small, finish it in the same hop. */
  | { kind: 'open'; request: JobRequest; offered: readonly SharedArrayBuffer[] }
  /** Run shards from `chain`, `from` on, claiming further chains of the stage, until the slice is over. */
  | { kind: 'compute'; stage: Stage; claims: Claims; chain: number; from: number }
  | { kind: 'encode'; answer: AnswerPlan };

/** Shared by all threads that work on a stage: the number of the next chain that nobody has taken, and a flag to stop. */
export interface Claims {
  /** [next chain, 1 when cancelled] */
  state: Int32Array;
  count: number;
}

export interface Hello {
  kernel: KernelName;
  reason: string;
  candidates: Candidate[];
}

/** What an `open` task found out. */
export type Opened =
  | {
      kind: 'answered';
      contentType: string;
      pieces: Uint8Array[];
      decodeMs: number;
      computeMs: number;
      encodeMs: number;
    }
  | { kind: 'planned'; stages: Stage[]; answer: AnswerPlan; memory: HandedOver; decodeMs: number };

/** Where a slice of computing stopped: in the middle of a chain, or with no chain left to take. */
export interface Advanced {
  rest: { chain: number; from: number } | undefined;
  ms: number;
}

export interface Encoded {
  contentType: string;
  pieces: Uint8Array[];
  ms: number;
}

/** Every task answers with its result, a fault in the request, or a bug of ours. */
export type Outcome<T> = { ok: T } | { fault: Fault } | { bug: { message: string; stack: string } };
