import { describe, expect, it } from 'vitest';
import type { AttentionProblem, Mask } from '../../src/attention/problem.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { plainProblem, randomNumbers } from '../attention/problems.ts';
import { everything, solve } from '../attention/solve.ts';
import { availableKernels } from './available.ts';

const sizes = { batch: 2, numHeads: 2, numKeyHeads: 1, queryLength: 11, keyLength: 300, headDim: 16, valueDim: 8 };

function expectAgreement(problem: AttentionProblem, kernel: Parameters<typeof solve>[1], tolerance = 1e-5): void {
  const got = solve(problem, kernel, { wanted: everything });
  const want = solve(problem, createReferenceKernel(), { wanted: everything });
  for (const field of ['scores', 'maskedScores', 'weights'] as const)
    expectClose(got[field], want[field], tolerance, field);
  expectClose(got.output.data, want.output.data, tolerance, 'output');
  expectClose(got.max, want.max, tolerance, 'max');
  expectClose(got.sum, want.sum, tolerance, 'sum');
}

function expectClose(got: ArrayLike<number> = [], want: ArrayLike<number> = [], tolerance: number, name: string): void {
  expect(got.length, name).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    if (got[i] === want[i] || Math.abs(got[i] - want[i]) <= tolerance * (1 + Math.abs(want[i]))) continue;
    expect(Math.abs(got[i] - want[i]), `${name}[${i}]`).toBeLessThanOrEqual(tolerance * (1 + Math.abs(want[i])));
  }
}

/** A mask that repeats along the axes whose letter is missing of "bhij". */
function mask(kind: Mask['kind'], axes: string, seed: number): Mask {
  const { batch, numHeads, queryLength, keyLength } = sizes;
  const shape = [batch, numHeads, queryLength, keyLength].map((size, axis) => (axes.includes('bhij'[axis]) ? size : 1));
  const numbers = randomNumbers(
    seed,
    shape.reduce((a, b) => a * b),
  );
  const strides = shape.map((size, axis) => (size === 1 ? 0 : shape.slice(axis + 1).reduce((a, b) => a * b, 1)));
  const four = [strides[0], strides[1], strides[2], strides[3]] as const;
  return kind === 'boolean'
    ? { kind, data: Uint8Array.from(numbers, (x) => (x > -0.5 ? 1 : 0)), strides: four }
    : { kind, data: numbers.map((x) => (x < -0.9 ? Number.NEGATIVE_INFINITY : 4 * x)), strides: four };
}

describe.each(availableKernels())('far from the usual, the $name kernel', (kernel) => {
  it.each([2 ** 31 - 1, -(2 ** 31) + 1, 1000, -1000])(
    'agrees with the reference on ALiBi %i positions away',
    (offset) => {
      const problem = { ...plainProblem(sizes), alibiSlopes: [0.5, 0.01], offsets: [offset, 7] };
      // Scores near 2³⁰ have no digits left behind the point in float32, but weights must: only distances within a row count.
      const got = solve(problem, kernel, { wanted: everything });
      const want = solve(problem, createReferenceKernel(), { wanted: everything });
      expectClose(got.weights, want.weights, 1e-5, 'weights');
      expectClose(got.output.data, want.output.data, 1e-5, 'output');
    },
  );

  it.each(['', 'j', 'i', 'ij', 'b', 'bj', 'hij', 'bhij'])('agrees on masks that vary along "%s" alone', (axes) => {
    expectAgreement({ ...plainProblem(sizes), masks: [mask('boolean', axes, 3)] }, kernel);
    expectAgreement({ ...plainProblem(sizes), masks: [mask('additive', axes, 4)] }, kernel);
  });

  it.each([
    ['j', 'ij'],
    ['ij', 'j'],
    ['i', 'j'],
    ['bhij', 'hij'],
  ])('agrees on two masks, along "%s" and "%s"', (first, second) => {
    expectAgreement(
      { ...plainProblem(sizes), masks: [mask('boolean', first, 5), mask('additive', second, 6)] },
      kernel,
    );
    expectAgreement(
      { ...plainProblem(sizes), masks: [mask('additive', first, 7), mask('boolean', second, 8)] },
      kernel,
    );
  });

  it('agrees on heads so wide that a tile holds few keys', () => {
    const wide = { ...sizes, batch: 1, queryLength: 2, keyLength: 20, headDim: 33_000, valueDim: 33_001 };
    expectAgreement(plainProblem(wide), kernel, 1e-4);
  });

  it.each([1e19, 1e25, 1e38])('answers in range when products of numbers of size %e are not', (size) => {
    const problem = plainProblem({ ...sizes, queryLength: 3, keyLength: 20 });
    const query = { ...problem.query, data: Float32Array.from(problem.query.data, (x) => x * size) };
    const key = { ...problem.key, data: Float32Array.from(problem.key.data, (x) => x * size) };
    expectAgreement({ ...problem, query, key, scale: 1 / size / size }, kernel);
  });
});
