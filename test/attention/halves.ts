import fc from 'fast-check';
import type { AttentionProblem, FloatProblem } from '../../src/attention/problem.ts';
import { widenHalves } from '../../src/tensor/half.ts';
import type { HalfDtype, HeadsView, InputView } from '../../src/tensor/tensor.ts';
import { problems } from './problems.ts';

/** A problem with inputs of halves, and the same with these widened beforehand. */
export interface Halved {
  narrow: AttentionProblem;
  wide: FloatProblem;
}

type Format = HalfDtype | undefined;

/** Makes halves of the inputs that have a format; `joined` lays rows out as [B, L, H·d]. */
export function halved(
  problem: FloatProblem,
  [query, key, value]: readonly [query: Format, key: Format, value: Format],
  joined = false,
): Halved {
  const { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim } = problem;
  const q = viewsOf(problem.query, [batch, numHeads, queryLength, headDim], query, joined);
  const k = viewsOf(problem.key, [batch, numKeyHeads, keyLength, headDim], key, joined);
  const v = viewsOf(problem.value, [batch, numKeyHeads, keyLength, valueDim], value, joined);
  return {
    narrow: { ...problem, query: q.narrow, key: k.narrow, value: v.narrow },
    wide: { ...problem, query: q.wide, key: k.wide, value: v.wide },
  };
}

function viewsOf(
  view: HeadsView,
  [batch, heads, length, dim]: [number, number, number, number],
  dtype: Format,
  joined: boolean,
): { narrow: InputView; wide: HeadsView } {
  const strides = joined
    ? { batchStride: length * heads * dim, headStride: dim, rowStride: heads * dim }
    : { batchStride: heads * length * dim, headStride: length * dim, rowStride: dim };
  const data = new Float32Array(view.data.length);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let row = 0; row < length; row++) {
        const from = b * view.batchStride + h * view.headStride + row * view.rowStride;
        const to = b * strides.batchStride + h * strides.headStride + row * strides.rowStride;
        data.set(view.data.subarray(from, from + dim), to);
      }
    }
  }
  if (dtype === undefined) return { narrow: { data, ...strides }, wide: { data, ...strides } };
  const patterns = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i++) patterns[i] = patternOf(data[i], dtype);
  widenHalves(dtype, patterns, data);
  return { narrow: { dtype, data: patterns, ...strides }, wide: { data, ...strides } };
}

/** A number and its bits: a buffer for each number of a problem took most of the time of these tests. */
const single = new Float32Array(1);
const bitsOfSingle = new Uint32Array(single.buffer);

/** The half next to a number towards 0. */
export function patternOf(x: number, dtype: HalfDtype): number {
  single[0] = x;
  const [bits] = bitsOfSingle;
  if (dtype === 'bfloat16') return bits >>> 16;
  const sign = (bits >>> 16) & 0x8000;
  const size = Math.min(Math.abs(x), 65504);
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const fraction = Math.floor(size * 2 ** (10 - exponent));
  return sign | (fraction < 1024 ? fraction : ((exponent + 15) << 10) | (fraction - 1024));
}

const format: fc.Arbitrary<Format> = fc.constantFrom(undefined, 'float16', 'bfloat16');

/** Random problems whose inputs are of halves, or not, each for itself. */
export function halvedProblems(): fc.Arbitrary<Halved> {
  return fc
    .tuple(problems(), fc.tuple(format, format, format), fc.boolean())
    .map(([problem, formats, joined]) => halved(problem, formats, joined));
}
