/** Rotary embeddings may take numbers beyond float32: then the whole problem is computed in float64. */
import type { FloatProblem } from '../../attention/problem.ts';
import { allocateFloats, type Memory } from '../../attention/result.ts';
import type { OutputName } from '../../codec/attention-options.ts';
import { overflow } from '../../kernels/range.ts';
import type { Floats, HeadsView } from '../../tensor/tensor.ts';

/** A turn takes a number √2 farther at the most. */
const LARGEST_TURNED = 2.4e38;

/** Whether a query or key that is read may leave float32 when it is turned. */
export function leavesFloat32(problem: FloatProblem): boolean {
  return problem.precision === 'float32' && someRead(problem, (row) => row.some((x) => Math.abs(x) > LARGEST_TURNED));
}

/** The same problem in float64, to be answered in float32 as far as its numbers go there. */
export function inFloat64(problem: FloatProblem, memory: Memory): FloatProblem {
  const wide = (view: HeadsView): HeadsView => {
    const data = allocateFloats(memory, 'float64', view.data.length);
    data.set(view.data);
    return { ...view, data };
  };
  const { query, key, value } = problem;
  return { ...problem, precision: 'float64', query: wide(query), key: wide(key), value: wide(value) };
}

/**
 * Scores are told of queries and keys as they were turned.
 * @throws RequestError `overflow` where they are asked for and float32 cannot hold these
 */
export function requireTurnedInRange(problem: FloatProblem, outputs: readonly OutputName[]): void {
  const asked = outputs.find((name) => name === 'scores' || name === 'masked_scores');
  if (asked === undefined) return;
  if (someRead(problem, (row) => row.some((x) => !Number.isFinite(Math.fround(x))))) throw overflow(asked);
}

/** Whether something holds of a query or key that is read. */
function someRead(problem: FloatProblem, holds: (row: Floats) => boolean): boolean {
  const { batch, headDim } = problem;
  const inView = (
    { data, batchStride, headStride, rowStride }: HeadsView,
    heads: number,
    lengths: readonly number[],
  ) => {
    for (let entry = 0; entry < batch; entry++) {
      for (let head = 0; head < heads; head++) {
        for (let row = 0; row < lengths[entry]; row++) {
          const start = entry * batchStride + head * headStride + row * rowStride;
          if (holds(data.subarray(start, start + headDim))) return true;
        }
      }
    }
    return false;
  };
  return (
    inView(problem.query, problem.numHeads, problem.queryLengths) ||
    inView(problem.key, problem.numKeyHeads, problem.keyLengths)
  );
}
