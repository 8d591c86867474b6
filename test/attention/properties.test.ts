import { test as property } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { everyKeyInSight } from '../../src/attention/plain-problem.ts';
import { attentionGrid, type Grid } from '../../src/attention/plan.ts';
import { visibleKeys } from '../../src/attention/positions.ts';
import { type FloatProblem, slopeOf } from '../../src/attention/problem.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { availableKernels } from '../kernels/available.ts';
import { plainProblem, problems } from './problems.ts';
import { everything, outputOnly, solve } from './solve.ts';

/** float32 against float64 on numbers of size 1 to 30: a few hundred roundings. */
const TOLERANCE = 3e-5;

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    const difference = Math.abs(a[i] - b[i]) / (1 + Math.abs(b[i]));
    largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
  }
  return largest;
}

const grids: fc.Arbitrary<Grid> = fc.record({
  rows: fc.integer({ min: 1, max: 64 }),
  keys: fc.constantFrom(256, 512),
  splits: fc.integer({ min: 1, max: 3 }),
});

describe.each(availableKernels())('attention on the $name kernel', (kernel) => {
  property.prop([problems()], { numRuns: 60 })('agrees with the reference in everything it answers', (problem) => {
    const got = solve(problem, kernel);
    const want = solve({ ...problem, precision: 'float64', ...inFloat64(problem) }, createReferenceKernel());
    expect(largestDifference(got.output.data, want.output.data)).toBeLessThan(TOLERANCE);
    expect(largestDifference(got.weights ?? [], want.weights ?? [])).toBeLessThan(TOLERANCE);
    expect(largestDifference(got.maskedScores ?? [], want.maskedScores ?? [])).toBeLessThan(TOLERANCE);
    expect(largestDifference(got.scores ?? [], want.scores ?? [])).toBeLessThan(TOLERANCE);
    expect(largestDifference(got.stats?.entropy ?? [], want.stats?.entropy ?? [])).toBeLessThan(TOLERANCE);
  });

  property.prop([problems()], { numRuns: 40 })(
    'gives rows of weights that sum to 1, less what a sink takes, or to 0 where nothing is seen',
    (problem) => {
      const { weights = [], max, sum } = solve(problem, kernel);
      for (let row = 0; row < sum.length; row++) {
        let total = 0;
        for (let j = 0; j < problem.keyLength; j++) total += weights[row * problem.keyLength + j];
        const head = Math.floor(row / problem.queryLength) % problem.numHeads;
        const sink = problem.sinks?.[head] ?? Number.NEGATIVE_INFINITY;
        const taken = sum[row] === 0 ? 1 : Math.exp(sink - max[row]) / sum[row];
        expect(Math.abs(total - (1 - taken))).toBeLessThan(1e-5);
      }
    },
  );

  property.prop([problems(), grids], { numRuns: 40 })('does not depend on how the plan is cut', (problem, grid) => {
    const whole = solve(problem, kernel, { wanted: outputOnly, grid: { rows: 1e6, keys: 1e6, splits: 1 } });
    const cut = solve(problem, kernel, { wanted: outputOnly, grid });
    expect(largestDifference(cut.output.data, whole.output.data)).toBeLessThan(TOLERANCE);
    expect(
      largestDifference(
        cut.sum.map((s, r) => cut.max[r] + Math.log(s)),
        whole.sum.map((s, r) => whole.max[r] + Math.log(s)),
      ),
    ).toBeLessThan(TOLERANCE);
  });

  property.prop([problems()], { numRuns: 30 })('gives the same bytes again', (problem) => {
    expect(solve(problem, kernel).output.data).toEqual(solve(problem, kernel).output.data);
  });

  property.prop([fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 1e6 })], { numRuns: 20 })(
    'is unchanged when keys are permuted together with values',
    (keyLength, seed) => {
      const problem = plainProblem(
        { batch: 1, numHeads: 1, numKeyHeads: 1, queryLength: 9, keyLength, headDim: 8, valueDim: 5 },
        seed,
      );
      const reversed = {
        ...problem,
        key: reverseRows(problem.key, keyLength, 8),
        value: reverseRows(problem.value, keyLength, 5),
      };
      expect(largestDifference(solve(reversed, kernel).output.data, solve(problem, kernel).output.data)).toBeLessThan(
        TOLERANCE,
      );
    },
  );

  property.prop([problems()], { numRuns: 30 })('by position equals an explicit mask', (problem) => {
    const { batch, numHeads, queryLength, keyLength } = problem;
    const data = new Uint8Array(batch * queryLength * keyLength);
    for (let b = 0; b < batch; b++) {
      for (let i = 0; i < queryLength; i++) {
        const { start, end } = visibleKeys(problem, b, i);
        data.fill(1, (b * queryLength + i) * keyLength + start, (b * queryLength + i) * keyLength + end);
      }
    }
    const explicit: FloatProblem = {
      ...problem,
      ...everyKeyInSight(problem),
      masks: [...problem.masks, { kind: 'boolean', data, strides: [queryLength * keyLength, 0, keyLength, 1] }],
    };
    expect(numHeads).toBeGreaterThan(0);
    expect(largestDifference(solve(explicit, kernel).output.data, solve(problem, kernel).output.data)).toBeLessThan(
      TOLERANCE,
    );
  });

  property.prop([problems()], { numRuns: 20 })('of a batch equals its entries one by one', (problem) => {
    const whole = solve(problem, kernel, { wanted: everything, grid: attentionGrid(problem) }).output;
    for (let b = 0; b < problem.batch; b++) {
      const one: FloatProblem = {
        ...problem,
        batch: 1,
        query: entry(problem.query, b),
        key: entry(problem.key, b),
        value: entry(problem.value, b),
        masks: problem.masks.map((mask) => ({ ...mask, data: mask.data.subarray(b * mask.strides[0]) }) as typeof mask),
        alibiSlopes: problem.alibiSlopes && slopesOf(problem, b),
        offsets: [problem.offsets[b]],
        keyLengths: [problem.keyLengths[b]],
        queryLengths: [problem.queryLengths[b]],
      };
      const alone = solve(one, kernel, { wanted: outputOnly, grid: attentionGrid(problem) }).output.data;
      expect(alone).toEqual(whole.data.slice(b * whole.batchStride, (b + 1) * whole.batchStride));
    }
  });
});

function slopesOf(problem: FloatProblem, batch: number): number[] {
  return Array.from({ length: problem.numHeads }, (_, head) => slopeOf(problem, batch, head));
}

function inFloat64({ query, key, value }: FloatProblem): Pick<FloatProblem, 'query' | 'key' | 'value'> {
  const wide = (view: FloatProblem['query']) => ({ ...view, data: Float64Array.from(view.data) });
  return { query: wide(query), key: wide(key), value: wide(value) };
}

function reverseRows(view: FloatProblem['key'], length: number, dim: number): FloatProblem['key'] {
  const data = new Float32Array(view.data.length);
  for (let j = 0; j < length; j++) data.set(view.data.subarray(j * dim, (j + 1) * dim), (length - 1 - j) * dim);
  return { ...view, data };
}

function entry(view: FloatProblem['key'], batch: number): FloatProblem['key'] {
  return { ...view, data: view.data.subarray(batch * view.batchStride, (batch + 1) * view.batchStride) };
}
