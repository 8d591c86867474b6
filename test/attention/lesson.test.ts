import { describe, expect, it } from 'vitest';
import type { AttentionProblem } from '../../src/attention/problem.ts';
import { headsOf } from '../../src/tensor/tensor.ts';
import { availableKernels } from '../kernels/available.ts';
import { lesson } from '../lesson.ts';
import { plainProblem } from './problems.ts';
import { solve } from './solve.ts';

function oneHead(query: number[][], key: number[][], value: number[][], scale: number): AttentionProblem {
  const sizes = {
    batch: 1,
    numHeads: 1,
    numKeyHeads: 1,
    queryLength: query.length,
    keyLength: key.length,
    headDim: key[0].length,
    valueDim: value[0].length,
  };
  const view = (rows: number[][]) => headsOf(Float32Array.from(rows.flat()), [1, 1, rows.length, rows[0].length]);
  return { ...plainProblem(sizes), query: view(query), key: view(key), value: view(value), scale };
}

const rounded = (numbers: ArrayLike<number> | undefined, digits = 4) =>
  Array.from(numbers ?? [], (x) => Number(x.toFixed(digits)));

describe.each(availableKernels())('the lesson on the $name kernel', (kernel) => {
  const library = { ...lesson, query: [lesson.query] };

  it('finds in the library what its own code finds when nothing is scaled', () => {
    const result = solve(oneHead(library.query, library.key, library.value, 1), kernel);
    expect(rounded(result.scores)).toEqual([2, 0, 2]);
    expect(rounded(result.weights)).toEqual([0.4683, 0.0634, 0.4683]);
    expect(rounded(result.output.data)).toEqual([7.088, 14.1761, 21.2641]);
  });

  it('finds with the scale 1/√3 what the formula of the paper gives', () => {
    const result = solve(oneHead(library.query, library.key, library.value, 1 / Math.sqrt(3)), kernel);
    expect(rounded(result.weights)).toEqual([0.4319, 0.1361, 0.4319]);
    expect(rounded(result.output.data)).toEqual([6.6152, 13.2304, 19.8455]);
  });

  it('lets "sat" in "The cat sat on the mat" be followed by hand: scores, softmax, weighted sum', () => {
    // Words as [is an animal, is an action, is a place]; the query of "sat" asks who (animal) and where (place).
    const words = ['The', 'cat', 'sat', 'on', 'the', 'mat'];
    const key = [
      [0, 0, 0],
      [2, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 0],
      [0, 0, 2],
    ];
    const value = words.map((_, i) => words.map((__, j) => (i === j ? 1 : 0)));
    const sat = [[1, 0, 1]];
    const result = solve(oneHead(sat, key, value, 1), kernel);

    // Step 1: similarity. sat·cat = 1·2 = 2, sat·mat = 1·2 = 2, sat·on = 1·1 = 1, all others 0.
    expect(rounded(result.scores)).toEqual([0, 2, 0, 1, 0, 2]);
    // Step 2: softmax. e² + e² + e¹ + 3·e⁰ = 7.389 + 7.389 + 2.718 + 3 = 20.496.
    const total = 2 * Math.E ** 2 + Math.E + 3;
    const weights = [1, Math.E ** 2, 1, Math.E, 1, Math.E ** 2].map((e) => e / total);
    expect(rounded(result.weights)).toEqual(weights.map((w) => Number(w.toFixed(4))));
    // Step 3: weighted sum. The values are one-hot words, so the output says how much of each word "sat" took.
    expect(rounded(result.output.data)).toEqual(weights.map((w) => Number(w.toFixed(4))));
    expect(words[result.stats?.maxKey[0] ?? -1]).toBe('cat');
  });

  it('looks nowhere in particular when all scores are equal: entropy ln n, n effective keys', () => {
    const key = [[1], [1], [1], [1]];
    const { stats, weights } = solve(oneHead([[3]], key, key, 1), kernel);
    expect(rounded(weights)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(stats?.entropy[0]).toBeCloseTo(Math.log(4), 6);
    // Query 0 at distances 0, 1, 2, 3 from the keys.
    expect(stats?.distance[0]).toBeCloseTo(1.5, 6);
  });
});
