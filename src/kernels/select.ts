import { hasWeight } from '../attention/empty-row.ts';
import { problemOf } from '../attention/plain-problem.ts';
import { type AttentionProblem, type FloatProblem, hasFloats } from '../attention/problem.ts';
import { type HalfDtype, headsOf, inputHeadsOf } from '../tensor/tensor.ts';
import type { Kernel, KernelName, NativePath } from './kernel.ts';
import { loadNativeKernel, nativePaths } from './native/native.ts';
import { createReferenceKernel } from './reference.ts';
import { hasRelaxedSimd } from './wasm/module.ts';
import { loadWasmKernel } from './wasm/wasm.ts';

/** What the configuration may ask for: `auto` = the fastest kernel that passes the self-test. */
export type KernelChoice = 'auto' | 'native' | 'wasm' | 'reference';

/** One kernel that was tried at start, and what became of it. */
export interface Candidate {
  /** `native` without a path: the addon itself cannot be loaded. */
  name: KernelName | 'native';
  ok: boolean;
  /** The largest error found, or why it is not to be used. */
  detail: string;
}

export interface Selection {
  kernel: Kernel;
  reason: string;
  candidates: Candidate[];
}

/** The largest error, relative to 1 + |value|, that a float32 kernel may show in the self-test. */
const TOLERANCE = 4e-6;

/**
 * Loads the kernels that this runtime can run, fastest first, tests each against the reference, and takes the first that
 * passes. A kernel that fails is reported and never used. Without relaxed SIMD the same request shall give the same bytes
 * on every machine: then `auto` leaves out the native kernel as well, whose rounding depends on the processor.
 * @throws Error when `choice` names a kernel and none of that name passes
 */
export function selectKernel(choice: KernelChoice, relaxedSimd = true): Selection {
  const candidates: Candidate[] = [];
  for (const { name, load } of loadable(choice, relaxedSimd)) {
    try {
      const kernel = load();
      const error = selfTest(kernel);
      const ok = error <= TOLERANCE;
      candidates.push({ name, ok, detail: `largest error ${error.toExponential(1)} against the reference` });
      if (!ok) continue;
      const reason = `${choice === 'auto' ? 'the fastest that passed' : 'asked for by KERNEL, passed'} the self-test`;
      return { kernel, reason, candidates };
    } catch (error) {
      candidates.push({ name, ok: false, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  if (choice === 'native' || choice === 'wasm') {
    throw new Error(`KERNEL=${choice}, but ${candidates.map((c) => `${c.name}: ${c.detail}`).join('; ')}`);
  }
  candidates.push({ name: 'reference', ok: true, detail: 'the oracle itself, float64' });
  const reason = choice === 'reference' ? 'asked for by KERNEL' : 'no faster kernel passed the self-test';
  return { kernel: createReferenceKernel(), reason, candidates };
}

interface Loadable {
  name: Candidate['name'];
  load: () => Kernel;
}

/** The kernels that `choice` may mean, fastest first. */
function* loadable(choice: KernelChoice, relaxedSimd: boolean): Generator<Loadable> {
  if (choice === 'native' || (choice === 'auto' && relaxedSimd)) yield* loadableNative();
  if (choice === 'auto' || choice === 'wasm') {
    if (relaxedSimd && hasRelaxedSimd()) yield { name: 'wasm-relaxed', load: () => loadWasmKernel('wasm-relaxed') };
    yield { name: 'wasm', load: () => loadWasmKernel('wasm') };
  }
}

function* loadableNative(): Generator<Loadable> {
  let paths: NativePath[];
  try {
    paths = nativePaths();
  } catch (error) {
    const load = () => {
      throw error;
    };
    yield { name: 'native', load };
    return;
  }
  for (const path of paths) yield { name: `native-${path}`, load: () => loadNativeKernel(path) };
}

/**
 * The largest error of a kernel against the reference on a few small problems that use every option:
 * remainders of the tile, masks, positions, grouped heads, halves where it reads them, and a matrix product.
 */
export function selfTest(kernel: Kernel): number {
  const reference = createReferenceKernel();
  let worst = 0;
  const problems = [...selfTestProblems(), ...(kernel.readsHalves ? selfTestProblemsOfHalves() : [])];
  for (const problem of problems) {
    const answers = [kernel, reference].map((k) => attendWhole(k, problem));
    for (let i = 0; i < answers[1].length; i++) {
      const error = Math.abs(answers[0][i] - answers[1][i]) / (1 + Math.abs(answers[1][i]));
      // NaN compares false with everything, so it must be looked for.
      worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
    }
  }
  return worst;
}

/** Output, max and sum of every head, the weights of head 0, and queries times keys as a plain product. */
function attendWhole(kernel: Kernel, problem: AttentionProblem): number[] {
  const { queryLength: rows, keyLength: keys, valueDim, headDim, numHeads } = problem;
  const answer: number[] = [];
  for (let head = 0; head < numHeads; head++) {
    const block = { batch: 0, head, rowStart: 0, rowEnd: rows, keyStart: 0, keyEnd: keys };
    const output = new Float32Array(rows * valueDim);
    const max = new Float64Array(rows);
    const sum = new Float64Array(rows);
    kernel.attend(problem, block, { output, outputOffset: 0, outputStride: valueDim, max, sum, rowOffset: 0 });
    const weights = new Float32Array(rows * keys);
    kernel.scores(problem, block, 'weights', { data: weights, offset: 0, rowStride: keys }, { max, sum, rowOffset: 0 });
    answer.push(...output, ...weights, ...[...max].map((m, r) => (hasWeight(sum[r]) ? m + Math.log(sum[r]) : 0)));
  }
  if (!hasFloats(problem)) return answer;
  const product = new Float32Array(rows * keys);
  kernel.multiply({
    left: { data: problem.query.data, offset: 0, rowStride: headDim },
    right: { data: problem.key.data, offset: 0, rowStride: headDim },
    bias: undefined,
    biasOffset: 0,
    into: { data: product, offset: 0, rowStride: keys },
    depth: headDim,
    rowStart: 0,
    rowEnd: rows,
    columnStart: 0,
    columnEnd: keys,
  });
  answer.push(...product);
  return answer;
}

/** Numbers in [−1, 1) by a small linear congruential generator: the self-test must be the same at every start. */
function numberSource(): (length: number) => Float32Array {
  let state = 1;
  return (length) =>
    Float32Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    });
}

/** A block of panels with a remainder and a single row, of halves in both formats between 1/8 and 2 in size. */
function selfTestProblemsOfHalves(): AttentionProblem[] {
  const numbers = numberSource();
  const halves = (dtype: HalfDtype, length: number) => {
    const [kept, set] = dtype === 'float16' ? [0x8fff, 0x3000] : [0x81ff, 0x3e00];
    const data = Uint16Array.from(numbers(length * 64), (x) => (Math.floor((x + 1) * 2 ** 15) & kept) | set);
    const shape: [number, number, number, number] = [1, 1, length, 64];
    return inputHeadsOf({ dtype, shape, data }, shape);
  };
  return selfTestProblems()
    .filter(({ headDim, valueDim }) => headDim === 64 && valueDim === 64)
    .map((problem) => ({
      ...problem,
      query: halves('bfloat16', problem.queryLength),
      key: halves('float16', problem.keyLength),
      value: halves('bfloat16', problem.keyLength),
    }));
}

function selfTestProblems(): FloatProblem[] {
  const numbers = numberSource();
  const plain = (
    rows: number,
    keys: number,
    headDim: number,
    valueDim: number,
    heads: number,
    keyHeads: number,
  ): FloatProblem => {
    const lengths = { queryLength: rows, keyLength: keys };
    const sizes = { batch: 1, numHeads: heads, numKeyHeads: keyHeads, ...lengths, headDim, valueDim };
    return problemOf(sizes, {
      precision: 'float32',
      query: headsOf(numbers(heads * rows * headDim), [1, heads, rows, headDim]),
      key: headsOf(numbers(keyHeads * keys * headDim), [1, keyHeads, keys, headDim]),
      value: headsOf(numbers(keyHeads * keys * valueDim), [1, keyHeads, keys, valueDim]),
    });
  };
  const mask = numbers(7 * 37).map((x) => (x > 0.5 ? Number.NEGATIVE_INFINITY : x));
  const seen = Uint8Array.from(numbers(13 * 37), (x) => (x > -0.3 ? 1 : 0));
  return [
    plain(13, 37, 5, 3, 2, 1),
    plain(70, 300, 64, 64, 1, 1),
    { ...plain(13, 37, 8, 8, 2, 2), causal: true, alibiSlopes: [0.5, 0.25], window: { left: 9, right: 4 } },
    { ...plain(7, 37, 16, 4, 1, 1), softcap: 2, masks: [{ kind: 'additive', data: mask, strides: [0, 0, 37, 1] }] },
    {
      ...plain(13, 37, 16, 4, 1, 1),
      offsets: [-4],
      causal: true,
      masks: [{ kind: 'boolean', data: seen, strides: [0, 0, 37, 1] }],
    },
    plain(1, 600, 64, 64, 1, 1),
  ];
}
