import type { Floats } from '../tensor/tensor.ts';

/** into[m, n] = Σ_k left[m, k]·right[n, k] + bias[n]; right is `[N, K]` as in PyTorch's Linear. */
export interface Product {
  /** What `left` is, for messages. */
  name: string;
  rows: number;
  columns: number;
  depth: number;
  left: { data: Floats; offset: number; rowStride: number };
  right: { data: Floats; offset: number; rowStride: number };
  bias: Floats | undefined;
  biasOffset: number;
  into: { data: Floats; offset: number; rowStride: number };
}
