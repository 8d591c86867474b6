import { describe, expect, it } from 'vitest';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { decayInfluence, reachOf, readSequentially, timeReaders } from '../../src/text/sequential-reader.ts';
import { plainProblem, randomNumbers } from '../attention/problems.ts';
import { outputOnly, solve } from '../attention/solve.ts';

describe('a reader that goes word by word', () => {
  it('keeps half of each word at decay ½, and halves what it has with each word', () => {
    // 0 → ½·8 = 4 → ½·4 + ½·2 = 3 → ½·3 + ½·1 = 2
    const vectors = Float32Array.from([8, 2, 1]);
    expect([...readSequentially({ vectors, length: 3, dims: 1 }, 0.5)]).toEqual([4, 3, 2]);
    expect([...vectors]).toEqual([8, 2, 1]);
  });

  it('reads each number of a vector by itself', () => {
    const vectors = Float32Array.from([8, 4, 2, 16]);
    expect([...readSequentially({ vectors, length: 2, dims: 2 }, 0.5)]).toEqual([4, 2, 3, 9]);
  });

  it('reads nothing from no words', () => {
    expect([...readSequentially({ vectors: new Float32Array(0), length: 0, dims: 3 }, 0.5)]).toEqual([]);
  });

  it('has 0.2 · 0.8¹¹ of the cat left after eleven words', () => {
    // 0.8² = 0.64, 0.8⁴ = 0.4096, 0.8⁸ = 0.16777216; 0.8¹¹ = 0.16777216 · 0.64 · 0.8 = 0.08589934592.
    expect(decayInfluence(11, 0.8)).toBeCloseTo(0.017179869184, 12);
    expect(decayInfluence(0, 0.8)).toBeCloseTo(0.2, 12);
    expect(decayInfluence(-1, 0.8)).toBe(0);
  });

  it('is moved by a word exactly as far as its influence says', () => {
    const [length, dims, decay] = [9, 3, 0.7];
    const before = Float64Array.from(randomNumbers(7, length * dims));
    const states = readSequentially({ vectors: before, length, dims }, decay);
    for (let s = 0; s < length; s++) {
      const after = before.slice();
      for (let k = 0; k < dims; k++) after[s * dims + k] += 1;
      const moved = readSequentially({ vectors: after, length, dims }, decay);
      for (let i = 0; i < length * dims; i++) {
        expect(moved[i] - states[i]).toBeCloseTo(decayInfluence(Math.floor(i / dims) - s, decay), 12);
      }
    }
  });
});

describe('what reaches a word', () => {
  it('comes by both readers from every word, the nearest first', () => {
    const weights = Float64Array.from([0.4, 0.3, 0, 0.3]);
    expect(reachOf(2, weights, 0.5)).toEqual([
      { position: 2, distance: 0, sequential: 0.5, attention: 0 },
      { position: 1, distance: 1, sequential: 0.25, attention: 0.3 },
      { position: 3, distance: -1, sequential: 0, attention: 0.3 },
      { position: 0, distance: 2, sequential: 0.125, attention: 0.4 },
    ]);
  });
});

describe('both ways of reading, measured', () => {
  it('are really run, in turn, and differ in the steps that wait', () => {
    const [length, dims] = [64, 16];
    const sizes = { batch: 1, numHeads: 1, numKeyHeads: 1, queryLength: length, keyLength: length };
    const problem = plainProblem({ ...sizes, headDim: dims, valueDim: dims });
    const kernel = createReferenceKernel();
    let attended = 0;
    const attend = () => {
      attended += solve(problem, kernel, { wanted: outputOnly }).output.data.length;
    };
    const words = { vectors: randomNumbers(3, length * dims), length, dims };
    const { sequential, attention } = timeReaders(words, { decay: 0.8, attend, runs: 3 });
    expect(attended).toBe(3 * length * dims);
    // decay·state and (1 − decay)·word for 64·16 numbers; 64·64 dot products of 16, and as many again for the values.
    expect(sequential).toMatchObject({ dependentSteps: 64, multiplications: 2048 });
    expect(attention).toMatchObject({ dependentSteps: 1, multiplications: 131_072 });
    expect(Number.isFinite(sequential.ms) && sequential.ms >= 0).toBe(true);
    expect(attention.ms).toBeGreaterThan(0);
  });
});
