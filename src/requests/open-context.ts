import type { Stage } from '../attention/plan.ts';
import type { Kernel } from '../kernels/kernel.ts';
import type { Memory } from '../tensor/memory.ts';
import type { VectorTable } from '../text/vectors/table.ts';

/** What a request may have. */
export interface RequestLimits {
  /** The most numbers of all tensors that are sent. */
  maxElements: number;
  /** The most bytes of a body, and of what a compressed one inflates to. */
  maxBodyBytes: number;
  /** The most bytes of what is asked for. */
  maxOutputBytes: number;
}

/** What opening a request needs to know of whoever opens it. */
export interface OpenContext extends RequestLimits {
  /** `readsHalves` is false where others than the kernel read the inputs. */
  kernel: Pick<Kernel, 'name' | 'shardCost' | 'readsHalves' | 'allFinite'>;
  memory: Memory;
  vectors: VectorTable;
  /** Whether the steps show what was sent: padding is blanked then, as nobody is to see it. */
  isWatched?: boolean;
}

/** A request that is understood: what to compute, and how to answer. Nothing after this can fail on what was sent. */
export interface OpenedRequest<Answer> {
  stages: Stage[];
  answer: Answer;
  /** Whether query and key were turned by their positions (rotary). */
  rotated?: boolean;
}
