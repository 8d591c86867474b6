/** Rotary embeddings may take numbers beyond float32: then the whole problem is computed in float64. */

import type { FloatProblem } from '../../attention/problem.ts';
import type { OutputName } from '../../codec/attention-options.ts';
import { overflow } from '../../kernels/range.ts';
import { largestIn } from '../../kernels/score-bound.ts';
import { allocateFloats, type Memory } from '../../tensor/memory.ts';
import type { HeadsView } from '../../tensor/tensor.ts';

/** A turn takes a number √2 farther at the most. */
const LARGEST_TURNED = 2.4e38;

/** Whether a query or key that is read may leave float32 when it is turned. */
export function leavesFloat32(problem: FloatProblem): boolean {
  return problem.precision === 'float32' && largestRead(problem) > LARGEST_TURNED;
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
  if (!Number.isFinite(Math.fround(largestRead(problem)))) throw overflow(asked);
}

/** The largest size of a number in the queries and keys that are read. */
function largestRead(problem: FloatProblem): number {
  const { query, key, batch, numHeads, numKeyHeads, headDim, queryLengths, keyLengths } = problem;
  let largest = 0;
  for (let entry = 0; entry < batch; entry++) {
    for (let head = 0; head < numHeads; head++) {
      largest = Math.max(largest, largestIn(query, entry, head, [0, queryLengths[entry]], headDim));
    }
    for (let head = 0; head < numKeyHeads; head++) {
      largest = Math.max(largest, largestIn(key, entry, head, [0, keyLengths[entry]], headDim));
    }
  }
  return largest;
}
