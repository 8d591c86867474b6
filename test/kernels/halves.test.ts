import { test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { blockProblem } from '../../src/attention/block-problem.ts';
import type { AttentionProblem } from '../../src/attention/problem.ts';
import type { AttentionResult } from '../../src/attention/result.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { FORMAT } from '../../src/kernels/native/layout.ts';
import { loadNativeFunctions, loadNativeKernel } from '../../src/kernels/native/native.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { loadWasmKernel } from '../../src/kernels/wasm/wasm.ts';
import type { HalfDtype, HeadsView } from '../../src/tensor/tensor.ts';
import { halved, halvedProblems } from '../attention/halves.ts';
import { plainProblem } from '../attention/problems.ts';
import { outputOnly, solve } from '../attention/solve.ts';
import { type AttendNumbers, attendNumbers, sizes } from './attend-numbers.ts';
import { addonFile, builtNativePaths } from './available.ts';

const dtypes: HalfDtype[] = ['float16', 'bfloat16'];

/** All numbers of an answer, in the bits of which two kernels may differ. */
function numbersOf({ output, max, sum, weights, scores, maskedScores }: AttentionResult): ArrayLike<number>[] {
  return [output.data, max, sum, weights ?? [], scores ?? [], maskedScores ?? []];
}

function expectSame(got: AttentionResult, want: AttentionResult): void {
  const wanted = numbersOf(want);
  for (const [part, numbers] of numbersOf(got).entries()) {
    expect(numbers.length).toBe(wanted[part].length);
    for (let i = 0; i < numbers.length; i++) {
      if (!Object.is(numbers[i], wanted[part][i])) expect.fail(`part ${part}, number ${i}: ${numbers[i]}`);
    }
  }
}

const kernels: Kernel[] = [
  createReferenceKernel(),
  ...builtNativePaths().map((path) => loadNativeKernel(path, addonFile)),
];

describe.each(kernels)('halves on the $name kernel', (kernel) => {
  property.prop([halvedProblems()], { numRuns: kernel.name === 'reference' ? 20 : 80 })(
    'give the same bits as the same numbers widened beforehand',
    ({ narrow, wide }) => {
      expectSame(solve(narrow, kernel), solve(wide, kernel));
    },
  );

  it.each([
    ['decoding a whole vector of numbers a head', 1, 1500, 64, 64],
    ['decoding 128 numbers a head', 1, 1100, 128, 128],
    ['decoding with remainders', 1, 777, 67, 131],
    ['rows that fill no panel', 5, 700, 64, 65],
    ['panels over many sweeps', 70, 1700, 64, 64],
    ['panels with remainders and single rows', 51, 611, 33, 129],
  ])('give the same bits in %s', (_, queryLength, keyLength, headDim, valueDim) => {
    const sizes = { batch: 1, numHeads: 2, numKeyHeads: 1, queryLength, keyLength, headDim, valueDim };
    for (const dtype of dtypes) {
      const { narrow, wide } = halved(plainProblem(sizes), [dtype, dtype, dtype]);
      expectSame(solve(narrow, kernel, { wanted: outputOnly }), solve(wide, kernel, { wanted: outputOnly }));
    }
  });

  it('are computed again in float64 where a score leaves the range of float32', () => {
    const sizes = { batch: 2, numHeads: 2, numKeyHeads: 1, queryLength: 21, keyLength: 40, headDim: 8, valueDim: 4 };
    const plain = plainProblem(sizes);
    const times = (view: HeadsView, factor: number) => ({ ...view, data: view.data.map((x) => x * factor) });
    // A product of 8 such numbers is beyond 3.4e38; the scale brings scores back to where softmax tells them apart.
    const large = { query: times(plain.query, 2e38), key: times(plain.key, 100), scale: 2 ** -130 };
    const options = { causal: true, alibiSlopes: [0.5, 0.25], offsets: [19, 3] };
    const { narrow, wide } = halved({ ...plain, ...large, ...options }, ['bfloat16', 'bfloat16', 'float16']);
    const got = solve(narrow, kernel);
    const want = solve(wide, createReferenceKernel());
    expect(Math.max(...(want.scores ?? []).map(Math.abs)) / large.scale).toBeGreaterThan(3.4e38);
    for (const numbers of numbersOf(got)) expect(Array.from(numbers).some(Number.isNaN)).toBe(false);
    for (let i = 0; i < want.output.data.length; i++) {
      expect(Math.abs(got.output.data[i] - want.output.data[i])).toBeLessThan(1e-5);
    }
  });
});

/** A binary float of 16 bits, straight from IEEE 754 section 3.4. */
function numberOf(pattern: number, exponentBits: number): number {
  const fractionBits = 15 - exponentBits;
  const sign = pattern >= 0x8000 ? -1 : 1;
  const biased = (pattern >> fractionBits) % 2 ** exponentBits;
  const fraction = (pattern % 2 ** fractionBits) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  return sign * (biased === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (biased - bias));
}

describe.each(builtNativePaths())('the %s path of the native kernel', (path) => {
  const kernel = loadNativeKernel(path, addonFile);
  const native = loadNativeFunctions(path, addonFile);

  it.each([
    ['float16', 5, 'a single row', 1],
    ['float16', 5, 'a panel', 16],
    ['bfloat16', 8, 'a single row', 1],
    ['bfloat16', 8, 'a panel', 16],
  ] as const)('widens every finite %s exactly (%i bits of exponent) for %s', (dtype, exponentBits, _, queryLength) => {
    // One key has weight 1: the output is its value.
    const all = Uint16Array.from({ length: 65_536 }, (_, pattern) => pattern);
    const values = all.filter((p) => (p >> (15 - exponentBits)) % 2 ** exponentBits !== 2 ** exponentBits - 1);
    const valueDim = values.length;
    const sizes = { batch: 1, numHeads: 1, numKeyHeads: 1, queryLength, keyLength: 1, headDim: 1, valueDim };
    const value = { dtype, data: values, batchStride: valueDim, headStride: valueDim, rowStride: valueDim };
    const { output } = solve({ ...plainProblem(sizes), value }, kernel, { wanted: outputOnly });
    for (let x = 0; x < valueDim; x++) {
      if (output.data[x] !== numberOf(values[x], exponentBits)) expect.fail(`${values[x]} became ${output.data[x]}`);
    }
  });

  const { rows, keys, dim } = sizes;
  const formats = { queryFormat: FORMAT.float16, keyFormat: FORMAT.float16, valueFormat: FORMAT.bfloat16 };
  const attend = (change: AttendNumbers = {}, key: Uint16Array | Float32Array = new Uint16Array(keys * dim)) => {
    const numbers = attendNumbers({ ...formats, ...change });
    const [query, value] = [new Uint16Array(rows * dim), new Uint16Array(keys * dim)];
    const [output, max, sum] = [new Float32Array(rows * dim), new Float64Array(rows), new Float64Array(rows)];
    return native.attend(numbers, query, key, value, output, max, sum);
  };

  it('takes views of halves that fit their arrays to the last one', () => {
    expect(attend()).toBe(true);
  });

  it.each([
    ['more rows', { rows: rows + 1 }],
    ['more keys', { keys: keys + 1 }],
    ['a wider head', { headDim: dim + 1 }],
    ['a query that starts later', { queryStart: 1 }],
    ['queries further apart', { queryStride: dim + 1 }],
    ['a key that starts later', { keyStart: 1 }],
    ['keys further apart', { keyStride: dim + 1 }],
    ['wider values', { valueDim: dim + 1 }],
    ['a value that starts later', { valueStart: 1 }],
    ['a format that is none', { keyFormat: 3 }],
    ['halves that are said to be float32', { keyFormat: 0 }],
  ])('refuses %s', (_what, change) => {
    expect(() => attend(change)).toThrow(RangeError);
  });

  it('refuses float32 that is said to be of halves', () => {
    expect(() => attend({}, new Float32Array(keys * dim))).toThrow(RangeError);
  });
});

describe('a block of halves', () => {
  property.prop([halvedProblems()], { numRuns: 30 })(
    'is a problem of its own with the numbers of the whole one',
    ({ narrow, wide }) => {
      const reference = createReferenceKernel();
      const [rowStart, keyStart] = [Math.floor(wide.queryLength / 3), Math.floor(wide.keyLength / 4)];
      const ends = { rowEnd: wide.queryLength, keyEnd: Math.ceil((keyStart + wide.keyLength) / 2) };
      const block = { batch: wide.batch - 1, head: wide.numHeads - 1, rowStart, keyStart, ...ends };
      const own = blockProblem(narrow, block);
      const answers = [attendOf(reference, own.problem, own.block), attendOf(reference, wide, block)];
      expect(answers[0]).toEqual(answers[1]);
    },
  );

  it('is refused by a kernel that does not read halves', () => {
    const sizes = { batch: 1, numHeads: 1, numKeyHeads: 1, queryLength: 2, keyLength: 3, headDim: 4, valueDim: 4 };
    const { narrow } = halved(plainProblem(sizes), ['float16', undefined, undefined]);
    const wasm = loadWasmKernel('wasm');
    expect(wasm.readsHalves).toBe(false);
    expect(() => solve(narrow, wasm)).toThrow('nobody has widened');
  });
});

function attendOf(kernel: Kernel, problem: AttentionProblem, block: Parameters<Kernel['attend']>[1]): number[] {
  const rows = block.rowEnd - block.rowStart;
  const output = new Float64Array(rows * problem.valueDim);
  const [max, sum] = [new Float64Array(rows), new Float64Array(rows)];
  const target = { output, outputOffset: 0, outputStride: problem.valueDim, max, sum, rowOffset: 0 };
  kernel.attend(problem, block, target);
  return [...output, ...max, ...sum];
}
