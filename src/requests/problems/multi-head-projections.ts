// The matrix products before and after a multi-head attention: their weights, and where they read and write.

import type { Product } from '../../attention/product.ts';
import { RequestError } from '../../errors.ts';
import { elementCount, type Floats, type FloatTensor } from '../../tensor/tensor.ts';
import { lastOf, type MultiHeadSizes, mismatch, optionalShape, withShape } from './multi-head-sizes.ts';
import type { NamedTensors } from './named-tensors.ts';

/** The right side of a projection. */
export type Linear = Pick<Product, 'right' | 'bias' | 'biasOffset'>;

/** in_proj_weight, or q_, k_ and v_proj_weight; out_proj_weight; their biases. @throws RequestError */
export function readProjectionWeights(
  tensors: NamedTensors,
  { embedDim, keyWidth }: MultiHeadSizes,
  { kdim, vdim }: { kdim: number; vdim: number },
): Record<'query' | 'key' | 'value' | 'output', Linear> {
  const bias = optionalShape(tensors, 'in_proj_bias', [embedDim + 2 * keyWidth]);
  const biasAt = (biasOffset: number) => ({ bias: bias?.data, biasOffset });
  const outBias = optionalShape(tensors, 'out_proj_bias', [embedDim]);
  const out = withShape(tensors, 'out_proj_weight', [embedDim, embedDim]);
  const output = { right: { data: out.data, offset: 0, rowStride: embedDim }, bias: outBias?.data, biasOffset: 0 };
  const separate = (['q_proj_weight', 'k_proj_weight', 'v_proj_weight'] as const).find((name) => tensors.has(name));

  if (separate === undefined) {
    if (kdim !== embedDim)
      throw mismatch('key', `key has ${kdim} numbers a row and query ${embedDim}: that needs q_, k_ and v_proj_weight`);
    if (vdim !== embedDim)
      throw mismatch(
        'value',
        `value has ${vdim} numbers a row and query ${embedDim}: that needs q_, k_ and v_proj_weight`,
      );
    const { data } = withShape(tensors, 'in_proj_weight', [embedDim + 2 * keyWidth, embedDim]);
    const rows = (first: number): Linear => ({
      right: { data, offset: first * embedDim, rowStride: embedDim },
      ...biasAt(first),
    });
    return { query: rows(0), key: rows(embedDim), value: rows(embedDim + keyWidth), output };
  }
  if (tensors.has('in_proj_weight')) {
    throw new RequestError(
      'conflicting_options',
      `in_proj_weight and ${separate} say the same thing twice: send one of them`,
      {
        pointer: '/in_proj_weight',
      },
    );
  }
  const linear = (name: string, width: number, depth: number, biasOffset: number): Linear => ({
    right: { data: withShape(tensors, name, [width, depth]).data, offset: 0, rowStride: depth },
    ...biasAt(biasOffset),
  });
  return {
    query: linear('q_proj_weight', embedDim, embedDim, 0),
    key: linear('k_proj_weight', keyWidth, kdim, embedDim),
    value: linear('v_proj_weight', keyWidth, vdim, embedDim + keyWidth),
    output,
  };
}

/** Products that write `[B, to, width]` from `[B, from, depth]`: one for all where nothing stands between the entries. */
export function project(
  name: string,
  left: FloatTensor,
  linear: Linear,
  { into, width, from, to }: { into: Floats; width: number; from: number; to: number },
): Product[] {
  const depth = lastOf(left);
  if (elementCount(left.shape) === 0) return [];
  const entries = elementCount(left.shape) / (from * depth);
  const rows = from === to ? entries * from : from;
  return Array.from({ length: from === to ? 1 : entries }, (_, entry) => ({
    name,
    rows,
    columns: width,
    depth,
    left: { data: left.data, offset: entry * from * depth, rowStride: depth },
    ...linear,
    into: { data: into, offset: entry * to * width, rowStride: width },
  }));
}
