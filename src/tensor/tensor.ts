/** Numbers as the kernels hold them: float32, or float64 where that precision was asked for. */
export type Floats = Float32Array | Float64Array;

/** A dense, row-major tensor. `bool` holds 0 or 1 in each byte. */
export type Tensor =
  | { dtype: 'float32'; shape: readonly number[]; data: Float32Array }
  | { dtype: 'float64'; shape: readonly number[]; data: Float64Array }
  | { dtype: 'bool'; shape: readonly number[]; data: Uint8Array };

export type FloatTensor = Exclude<Tensor, { dtype: 'bool' }>;

export function floatTensor(shape: readonly number[], data: Floats): FloatTensor {
  return data instanceof Float64Array ? { dtype: 'float64', shape, data } : { dtype: 'float32', shape, data };
}

/** The precision of a computation; every float tensor of one problem has it, or is of halves that are widened to it. */
export type Precision = 'float32' | 'float64';

/** Formats of 16 bits. Each of their numbers is a float32, too. */
export type HalfDtype = 'float16' | 'bfloat16';

/** Numbers of 16 bits as their patterns, as they lie in a body. */
export interface HalfTensor {
  dtype: HalfDtype;
  shape: readonly number[];
  data: Uint16Array;
}

/** A tensor as it comes in: halves may still have to be widened. */
export type InputTensor = Tensor | HalfTensor;

interface HeadStrides {
  batchStride: number;
  headStride: number;
  rowStride: number;
}

/**
 * A view of numbers as [batch, heads, length, dim]: the last axis is contiguous, the others have strides in elements.
 * `[B, H, L, d]` and `[B, L, H·d]` are both such views, so that heads never need to be copied to be split or joined.
 */
export interface HeadsView extends HeadStrides {
  data: Floats;
}

/** The same of halves, as their patterns. */
export interface HalfHeadsView extends HeadStrides {
  dtype: HalfDtype;
  data: Uint16Array;
}

/** Heads of queries, keys or values. */
export type InputView = HeadsView | HalfHeadsView;

/** The number of elements of a shape; 1 for the empty shape. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const dim of shape) count *= dim;
  return count;
}

/** Row-major strides in elements of a dense tensor of this shape. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/**
 * Strides that read a dense tensor of `shape` as if it had the shape `target`: axes line up from the right, an axis of
 * one is repeated with stride 0 (NumPy's broadcasting rule). `undefined` when the shapes do not fit.
 */
export function broadcastStrides(shape: readonly number[], target: readonly number[]): number[] | undefined {
  if (shape.length > target.length) return undefined;
  const own = stridesOf(shape);
  const missing = target.length - shape.length;
  const strides = new Array<number>(target.length).fill(0);
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === target[missing + axis]) strides[missing + axis] = own[axis];
    else if (shape[axis] !== 1) return undefined;
  }
  return strides;
}

/** A dense tensor `[B, H, L, d]` seen as heads. */
export function headsOf(data: Floats, [, heads, length, dim]: readonly [number, number, number, number]): HeadsView {
  return { data, batchStride: heads * length * dim, headStride: length * dim, rowStride: dim };
}

/** A dense tensor seen as heads `[B, H, L, d]`, in its own format. */
export function inputHeadsOf(
  tensor: FloatTensor | HalfTensor,
  sizes: readonly [number, number, number, number],
): InputView {
  if (!isHalfTensor(tensor)) return headsOf(tensor.data, sizes);
  const [, heads, length, dim] = sizes;
  const { dtype, data } = tensor;
  return { dtype, data, batchStride: heads * length * dim, headStride: length * dim, rowStride: dim };
}

export function isHalfTensor(tensor: InputTensor): tensor is HalfTensor {
  return tensor.dtype === 'float16' || tensor.dtype === 'bfloat16';
}

export function isHalfView(view: InputView): view is HalfHeadsView {
  return 'dtype' in view;
}

/** The index of the first number that is NaN or ±∞, or −1. */
export function firstNonFinite(data: Floats): number {
  // x · 0 is 0 for every finite x and NaN otherwise: summing needs no branch. Four sums, because one waits for itself.
  const block = 4096;
  for (let start = 0; start < data.length; start += block) {
    const end = Math.min(start + block, data.length);
    const wholeEnd = end - ((end - start) % 4);
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = start; i < wholeEnd; i += 4) {
      a += data[i] * 0;
      b += data[i + 1] * 0;
      c += data[i + 2] * 0;
      d += data[i + 3] * 0;
    }
    for (let i = wholeEnd; i < end; i++) a += data[i] * 0;
    if (a + b + c + d === 0) continue;
    for (let i = start; i < end; i++) if (!Number.isFinite(data[i])) return i;
  }
  return -1;
}
