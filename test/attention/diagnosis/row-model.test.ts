import { test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { rightConvention } from '../../../src/attention/diagnosis/convention.ts';
import { RowModel } from '../../../src/attention/diagnosis/row-model.ts';
import { createReferenceKernel } from '../../../src/kernels/reference.ts';
import { problems } from '../problems.ts';
import { everything, solve } from '../solve.ts';
import { dumpOf } from './dumped.ts';

/** Two ways to sum the same products of float64. */
const DIGITS = 11;

describe('rows by the convention of a request', () => {
  property.prop([problems({ small: true })], { numRuns: 60 })('are those of the reference kernel', (problem) => {
    const { batch, numHeads, queryLength, keyLength, valueDim } = problem;
    const want = solve({ ...problem, precision: 'float64' }, createReferenceKernel(), { wanted: everything });
    const dump = dumpOf(problem, new Float64Array(batch * numHeads * queryLength * valueDim));
    const [model, right] = [new RowModel(dump), rightConvention(dump)];
    for (let row = 0; row < batch * numHeads * queryLength; row++) {
      const head = Math.floor(row / queryLength);
      const at = { batch: Math.floor(head / numHeads), head: head % numHeads, row: row % queryLength };
      near(model.output(right, { ...at, unit: at.head }), want.output.data.subarray(row * valueDim));
      if (at.row >= problem.queryLengths[at.batch]) continue;
      near(model.weights(right, at), want.weights?.subarray(row * keyLength));
      // Beyond key_lengths nobody looks.
      const scores = model.scores.scaled(right, at).subarray(0, problem.keyLengths[at.batch]);
      near(scores, want.scores?.subarray(row * keyLength));
      near(model.scores.masked(right, at), want.maskedScores?.subarray(row * keyLength));
    }
  });
});

function near(got: Float64Array, want: ArrayLike<number> = []): void {
  for (const [at, number] of got.entries()) {
    if (number !== want[at]) expect(number).toBeCloseTo(want[at], DIGITS);
  }
}
