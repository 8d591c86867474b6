import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { loadNativeFunctions, loadNativeKernel } from '../../src/kernels/native/native.ts';
import { firstNonFinite } from '../../src/tensor/tensor.ts';
import { plainProblem, randomNumbers } from '../attention/problems.ts';
import { outputOnly, solve } from '../attention/solve.ts';
import { attendNumbers, sizes } from './attend-numbers.ts';
import { addonFile, builtNativePaths } from './available.ts';

/** The distance between a float32 of this size and the next. */
const ulpOf = (value: number) => 2 ** (Math.max(-126, Math.floor(Math.log2(value))) - 23);

const { rows, keys, dim } = sizes;
const shared = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length));
const sharedDoubles = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length));

describe.each(builtNativePaths())('the %s path of the native kernel', (path) => {
  const native = loadNativeFunctions(path, addonFile);

  it.each([
    ['exp', 0, -87, 88, Math.exp],
    ['2^x', 1, -126, 126, (x: number) => 2 ** x],
  ])('computes %s within 2 ulp', (_name, ofTwo, from, to, exact) => {
    const count = 400_001;
    const x = Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
    const got = new Float32Array(count);
    native.exponential(Float64Array.of(ofTwo), x, got);
    let worst = 0;
    for (let i = 0; i < count; i++) worst = Math.max(worst, Math.abs(got[i] - exact(x[i])) / ulpOf(exact(x[i])));
    expect(worst).toBeLessThanOrEqual(2);
  });

  it.each([0, 1])('keeps the ends of the exponential exact (base %i)', (ofTwo) => {
    const x = Float32Array.of(0, Number.NEGATIVE_INFINITY, -3e38, -1000, Number.NaN);
    const got = new Float32Array(x.length);
    native.exponential(Float64Array.of(ofTwo), x, got);
    expect([...got]).toEqual([1, 0, 0, 0, Number.NaN]);
  });

  property.prop([fc.nat(300), fc.nat(3), fc.nat(299), fc.constantFrom(Number.NaN, Infinity, -Infinity, 3e38, -0)])(
    'finds a number that is not finite wherever it stands',
    (length, offset, at, odd) => {
      const data = shared(length + offset).subarray(offset);
      data.set(randomNumbers(at, length));
      if (at < length) data[at] = odd;
      expect(native.finite(new Float64Array(1), data)).toBe(firstNonFinite(data) < 0);
    },
  );

  const attend = (numbers: Float64Array, lengths: Partial<Record<'output' | 'max' | 'mask', number>> = {}) =>
    native.attend(
      numbers,
      shared(rows * dim),
      shared(keys * dim),
      shared(keys * dim),
      shared(lengths.output ?? rows * dim),
      sharedDoubles(lengths.max ?? rows),
      sharedDoubles(rows),
      shared(lengths.mask ?? rows * keys),
    );

  it('takes views that fit their arrays to the last number', () => {
    expect(attend(attendNumbers())).toBe(true);
  });

  it.each([
    ['more rows', { rows: rows + 1 }],
    ['more keys', { keys: keys + 1 }],
    ['a wider head', { headDim: dim + 1 }],
    ['a query that starts later', { queryStart: 1 }],
    ['queries further apart', { queryStride: dim + 1 }],
    ['a key that starts later', { keyStart: 1 }],
    ['keys further apart', { keyStride: 2 ** 40 }],
    ['wider values', { valueDim: dim + 1 }],
    ['a value that starts later', { valueStart: 1 }],
    ['an output that starts later', { outputStart: 1 }],
    ['outputs further apart', { outputStride: dim + 1 }],
    ['rows of max and sum that start later', { rowOffset: 1 }],
    ['a mask that starts later', { masks: 1 }],
    ['rows of a mask further apart', { maskRowStride: keys + 1 }],
    ['keys of a mask further apart', { maskKeyStride: 2 }],
    ['a start below 0', { queryStart: -1 }],
    ['a start that is no integer', { queryStart: 0.5 }],
    ['a stride that is no number', { queryStride: Number.NaN }],
    ['a stride beyond all integers', { queryStride: 2 ** 60 }],
    ['no rows', { rows: 0 }],
  ])('refuses %s', (_what, change) => {
    expect(() => attend(attendNumbers(change))).toThrow(RangeError);
  });

  it.each([
    ['an output that is too short', { output: rows * dim - 1 }],
    ['max and sum that are too short', { max: rows - 1 }],
    ['a mask that is too short', { mask: rows * keys - 1 }],
  ])('refuses %s', (_what, lengths) => {
    expect(() => attend(attendNumbers(), lengths)).toThrow(RangeError);
  });

  it('refuses arrays of another type, and arrays that are missing', () => {
    const numbers = Float64Array.of(2, 2, 2, 0, 2, 0, 2, 0, 2);
    const four = () => new Float32Array(4);
    expect(native.multiply(numbers, four(), four(), four())).toBe(true);
    expect(() => native.multiply(numbers, new Float64Array(4), four(), four())).toThrow(RangeError);
    expect(() => native.multiply(numbers, four(), four())).toThrow(RangeError);
    expect(() => native.multiply(Float64Array.of(2, 2), four(), four(), four())).toThrow(RangeError);
  });

  it('reads and writes shared memory where it lies', () => {
    const numbers = Float64Array.of(2, 2, 2, 0, 2, 0, 2, 0, 2);
    const [left, right, into] = [shared(4), shared(4), shared(4)];
    left.set([1, 2, 3, 4]);
    right.set([5, 6, 7, 8]);
    native.multiply(numbers, left, right, into);
    expect([...into]).toEqual([17, 23, 39, 53]);
  });

  it('writes nothing beside the rows of a strided output', () => {
    const stride = dim + 3;
    const output = new Float32Array(2 + rows * stride).fill(7);
    const arrays = [randomNumbers(1, rows * dim), randomNumbers(2, keys * dim), randomNumbers(3, keys * dim)];
    const numbers = attendNumbers({ outputStart: 2, outputStride: stride });
    native.attend(numbers, ...arrays, output, new Float64Array(rows), new Float64Array(rows));
    for (let at = 0; at < output.length; at++) {
      const isInside = at >= 2 && (at - 2) % stride < dim;
      expect(output[at] === 7, `number ${at}`).toBe(!isInside);
    }
  });

  it('is refused on a processor that does not have it', () => {
    expect(() => loadNativeKernel(path === 'neon' ? 'avx2' : 'neon', addonFile)).toThrow(RangeError);
  });

  it('gives rows of single width the same answer as panels', () => {
    const sizes = { batch: 1, numHeads: 1, numKeyHeads: 1, keyLength: 700, headDim: 64, valueDim: 64 };
    const kernel = loadNativeKernel(path, addonFile);
    const many = plainProblem({ ...sizes, queryLength: 64 });
    const one = { ...many, queryLength: 1, queryLengths: [1] };
    const [whole, row] = [many, one].map((problem) => solve(problem, kernel, { wanted: outputOnly }).output.data);
    for (let x = 0; x < 64; x++) expect(Math.abs(row[x] - whole[x])).toBeLessThan(1e-6);
  });
});
