// Sinks against their definition, in plain float64 that is written here:
// weights_j = e^(s_j − m) / (e^(sink − m) + Σ e^(s_k − m)), with m the largest of all.
import { describe, expect, it } from 'vitest';
import type { FloatProblem } from '../../src/attention/problem.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { plainProblem } from '../attention/problems.ts';
import { outputOnly, solve } from '../attention/solve.ts';
import { availableKernels } from './available.ts';
import { expectNear } from './near.ts';

interface Row {
  output: number[];
  weights: number[];
  lse: number;
  entropy: number;
}

/** One row of a problem without masks: only causal hides keys. */
function plainRow(problem: FloatProblem, h: number, i: number, sink: number): Row {
  const { keyLength, headDim, valueDim, numHeads, numKeyHeads, queryLength, causal, scale } = problem;
  const keyHead = Math.floor((h * numKeyHeads) / numHeads);
  const scores = Array.from({ length: keyLength }, (_, j) => {
    let dot = 0;
    for (let x = 0; x < headDim; x++) {
      dot +=
        problem.query.data[(h * queryLength + i) * headDim + x] *
        problem.key.data[(keyHead * keyLength + j) * headDim + x];
    }
    return causal && j > i + problem.offsets[0] ? Number.NEGATIVE_INFINITY : scale * dot;
  });
  const m = scores.reduce((a, b) => Math.max(a, b), sink);
  const total = scores.reduce((sum, s) => sum + Math.exp(s - m), Math.exp(sink - m));
  const weights = scores.map((s) => Math.exp(s - m) / total);
  return {
    weights,
    lse: m + Math.log(total),
    entropy: weights.reduce((sum, w) => sum - (w === 0 ? 0 : w * Math.log(w)), 0),
    output: Array.from({ length: valueDim }, (_, x) =>
      weights.reduce((sum, w, j) => sum + w * problem.value.data[(keyHead * keyLength + j) * valueDim + x], 0),
    ),
  };
}

const kernels = availableKernels();
const sizes = { batch: 1, numHeads: 4, numKeyHeads: 2, headDim: 16, valueDim: 12 };

describe.each(kernels)('sinks on the $name kernel', (kernel) => {
  it.each([
    ['single rows and few keys', 3, 5, { causal: false }],
    ['panels', 70, 130, { causal: false }],
    ['panels with single rows', 51, 300, { causal: true }],
    ['rows that see nothing', 9, 4, { causal: true, offsets: [-4] }],
    ['many shards of keys', 5, 5000, { causal: false }],
    ['a scale that leaves products as they are', 20, 40, { causal: true, scale: 1 }],
  ])('take their share in %s', (_, queryLength, keyLength, options) => {
    const sinks = [0.75, -3, 25, Number.NEGATIVE_INFINITY];
    const problem = { ...plainProblem({ ...sizes, queryLength, keyLength }), ...options, sinks };
    const result = solve(problem, kernel);
    const { weights = [], stats } = result;
    for (const [h, sink] of sinks.entries()) {
      for (let i = 0; i < queryLength; i++) {
        const isEmpty = sink === Number.NEGATIVE_INFINITY && problem.causal && i + problem.offsets[0] < 0;
        const want = isEmpty
          ? { output: new Array(12).fill(0), weights: new Array(keyLength).fill(0), lse: sink, entropy: 0 }
          : plainRow(problem, h, i, sink);
        const r = h * queryLength + i;
        const what = `of row ${i} of head ${h}`;
        for (const [x, o] of want.output.entries())
          expectNear(result.output.data[r * 12 + x], o, { what: `output ${x} ${what}`, tolerance: 2e-6 });
        for (const [j, w] of want.weights.entries())
          expectNear(weights[r * keyLength + j], w, { what: `weight ${j} ${what}`, tolerance: 2e-6 });
        expectNear(result.max[r] + Math.log(result.sum[r]), want.lse, { what: `lse ${what}`, tolerance: 2e-6 });
        expectNear(stats?.entropy[r] ?? Number.NaN, want.entropy, { what: `entropy ${what}` });
      }
    }
  });

  it.each([1, 2, 3, 8])('count once, however the keys are cut (%i splits)', (splits) => {
    const problem = { ...plainProblem({ ...sizes, queryLength: 2, keyLength: 3000 }), sinks: [8, 7, 6, 0] };
    for (const keys of [256, 1024]) {
      const { output, max, sum } = solve(problem, kernel, { wanted: outputOnly, grid: { rows: 1, keys, splits } });
      for (const [h, sink] of problem.sinks.entries()) {
        const want = plainRow(problem, h, 1, sink);
        const r = 2 * h + 1;
        for (const [x, o] of want.output.entries())
          expectNear(output.data[r * 12 + x], o, { what: `output ${x}`, tolerance: 1e-6 });
        expectNear(max[r] + Math.log(sum[r]), want.lse, { what: 'lse', tolerance: 1e-6 });
      }
    }
  });

  it.each([3.4028234663852886e38, 1e38, 1e30, 1000])('of %d leave nothing to the keys', (sink) => {
    const problem = { ...plainProblem({ ...sizes, queryLength: 11, keyLength: 20 }), sinks: new Array(4).fill(sink) };
    const { output, weights = [], max, sum, stats } = solve(problem, kernel);
    expect(output.data.every((x) => Object.is(x, 0))).toBe(true);
    expect(weights.every((w) => w === 0)).toBe(true);
    expect([...max, ...sum].every((x, r) => x === (r < max.length ? sink : 1))).toBe(true);
    // No key has weight: there is none that has most.
    expect(stats?.maxKey.every((key) => key === -1)).toBe(true);
  });

  it.each([
    [-3.4028234663852886e38, 0.25],
    [-1e30, 1],
    [-1e10, 1e-31],
    [-1e3, -1e-29],
  ])('of %d are all that a masked row has, at a scale of %d', (sink, scale) => {
    const plain = plainProblem({ ...sizes, queryLength: 21, keyLength: 40 });
    const problem = { ...plain, scale, causal: true, offsets: [-10], sinks: new Array(4).fill(sink) };
    const { output, weights = [], max, sum } = solve(problem, kernel);
    for (let r = 0; r < max.length; r++) {
      const isMasked = r % 21 < 10;
      let total = 0;
      for (let j = 0; j < 40; j++) total += weights[40 * r + j];
      expectNear(total, isMasked ? 0 : 1, { what: `the weight of row ${r}` });
      if (isMasked) expect([max[r], sum[r]]).toEqual([sink, 1]);
    }
    for (const x of output.data) expect(Number.isFinite(x)).toBe(true);
  });

  it('meet scores that leave the range of float32 on their way', () => {
    const plain = plainProblem({ ...sizes, queryLength: 9, keyLength: 30 });
    const large = (view: FloatProblem['query']) => ({ ...view, data: view.data.map((x) => x * 1e25) });
    const problem = { ...plain, query: large(plain.query), key: large(plain.key), scale: 1e-50, sinks: [1, 2, -1, 0] };
    const { output } = solve(problem, kernel);
    for (const [h, sink] of problem.sinks.entries()) {
      const want = plainRow(problem, h, 8, sink);
      for (const [x, o] of want.output.entries())
        expectNear(output.data[(9 * h + 8) * 12 + x], o, { what: `output ${x}` });
    }
  });
});

describe('sinks in float64', () => {
  const reference = createReferenceKernel();
  const wide = (view: FloatProblem['query']) => ({ ...view, data: Float64Array.from(view.data) });

  it.each([1e300, -1e300, 1e-300, 700])('may be %d', (sink) => {
    const plain = plainProblem({ ...sizes, queryLength: 4, keyLength: 9 });
    const floats = { query: wide(plain.query), key: wide(plain.key), value: wide(plain.value) };
    const problem: FloatProblem = { ...plain, ...floats, precision: 'float64', sinks: new Array(4).fill(sink) };
    const { output, max, sum } = solve(problem, reference);
    for (let h = 0; h < 4; h++) {
      const want = plainRow(problem, h, 3, sink);
      for (const [x, o] of want.output.entries())
        expectNear(output.data[(4 * h + 3) * 12 + x], o, { what: `output ${x}`, tolerance: 1e-14 });
      expectNear(max[4 * h + 3] + Math.log(sum[4 * h + 3]), want.lse, { what: 'lse', tolerance: 1e-14 });
    }
  });
});
