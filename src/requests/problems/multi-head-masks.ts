/** Which keys of a multi-head attention each query may see. */

import type { Mask } from '../../attention/problem.ts';
import type { MultiHeadOptions } from '../../codec/multi-head-options.ts';
import { RequestError } from '../../errors.ts';
import { allocateFloats, type Memory } from '../../tensor/memory.ts';
import { elementCount, floatTensor, type Tensor } from '../../tensor/tensor.ts';
import { readMask, type ScoreShape } from './mask.ts';
import { HIDDEN, leastFinite, settledMask } from './mask-meaning.ts';
import { type MultiHeadSizes, mismatch, requireShape } from './multi-head-sizes.ts';
import type { NamedTensors } from './named-tensors.ts';
import type { ProblemReading } from './problem-reading.ts';

/**
 * attn_mask and key_padding_mask in PyTorch's sense (true = ignore), as masks in ours (1 = may attend).
 * @throws RequestError
 */
export function readMasks(
  tensors: NamedTensors,
  options: MultiHeadOptions,
  sizes: MultiHeadSizes,
  reading: ProblemReading,
): Mask[] {
  const { rank, batch, numHeads, queryLength, sentKeys, keyLength } = sizes;
  const target: ScoreShape = [batch, numHeads, queryLength, keyLength];
  const masks: Mask[] = [];
  const attention = tensors.get('attn_mask');
  if (attention !== undefined) {
    const sent = settledMask('attn_mask', attention, options.attnMaskType, reading);
    const shaped = { ...sent, shape: attentionMaskShape(sent, sizes) };
    masks.push(readMask('attn_mask', forOurKeys(shaped, sizes, reading), target));
  }
  const padding = tensors.get('key_padding_mask');
  if (padding !== undefined) {
    requireShape('key_padding_mask', padding, rank === 3 ? [batch, sentKeys] : [sentKeys]);
    const sent = settledMask('key_padding_mask', padding, options.keyPaddingMaskType, reading);
    const shaped = { ...sent, shape: [batch, 1, 1, sentKeys] };
    masks.push(readMask('key_padding_mask', forOurKeys(shaped, sizes, reading), target));
  }
  return mayHideTogether(masks) ? [added(masks, target, reading)] : masks;
}

/**
 * The axes of attn_mask as `[batch, heads, queries, keys]`: of three the first is batch and heads together, as PyTorch has
 * it, and nothing else.
 */
function attentionMaskShape({ shape }: Tensor, { batch, numHeads, queryLength, sentKeys }: MultiHeadSizes): number[] {
  const is = (...want: number[]) => shape.length === want.length && shape.every((dim, axis) => dim === want[axis]);
  if (is(queryLength, sentKeys)) return [1, 1, ...shape];
  if (is(batch * numHeads, queryLength, sentKeys)) return [batch, numHeads, ...shape.slice(1)];
  const repeated = [batch, numHeads, queryLength].map((dim, axis) => (shape[axis] === 1 ? 1 : dim));
  if (is(...repeated, sentKeys)) return [...shape];
  const [b, h, l, s] = [batch, numHeads, queryLength, sentKeys];
  const forms = [
    `[L, S] = [${l}, ${s}]`,
    `[B·num_heads, L, S] = [${b * h}, ${l}, ${s}]`,
    `[B, num_heads, L, S] = [${b}, ${h}, ${l}, ${s}]`,
    `[B, 1, L, S] = [${b}, 1, ${l}, ${s}]`,
  ];
  throw mismatch(
    'attn_mask',
    `attn_mask has shape [${shape.join(', ')}]; it needs ${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`,
  );
}

/** Whether what is added by two masks can hide a key that neither of them hides. */
function mayHideTogether(masks: readonly Mask[]): boolean {
  if (masks.length < 2) return false;
  const least = masks.map((mask) => (mask.kind === 'additive' ? leastFinite(mask.data) : 0));
  return least.reduce((sum, one) => sum + one, 0) <= HIDDEN;
}

/** Masks as one, whose numbers are their sums, in float64 until they are known to hide or not. */
function added(masks: readonly Mask[], target: ScoreShape, { precision, memory, maxElements }: ProblemReading): Mask {
  const [batch, heads, rows, keys] = target.map((dim, axis) =>
    masks.some(({ strides }) => strides[axis] !== 0) ? dim : 1,
  );
  const count = batch * heads * rows * keys;
  if (count > maxElements) {
    const detail = `the sum of the masks would hold ${count} numbers, and the limit is ${maxElements}`;
    throw new RequestError('too_many_elements', detail, { pointer: '/attn_mask' });
  }
  const data = allocateFloats(memory, precision, count);
  let at = 0;
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < heads; h++)
      for (let i = 0; i < rows; i++) for (let j = 0; j < keys; j++) data[at++] = sumAt(masks, [b, h, i, j]);
  const dense = [heads * rows * keys, rows * keys, keys, 1];
  const [x, y, z, w] = dense.map((stride, axis) => ([batch, heads, rows, keys][axis] === 1 ? 0 : stride));
  return { kind: 'additive', data, strides: [x, y, z, w] };
}

function sumAt(masks: readonly Mask[], position: readonly number[]): number {
  let sum = 0;
  for (const { kind, data, strides } of masks) {
    const entry = data[strides.reduce((at, stride, axis) => at + stride * position[axis], 0)];
    if (kind === 'additive') sum += entry;
    else if (entry === 0) return Number.NEGATIVE_INFINITY;
  }
  return sum <= HIDDEN ? Number.NEGATIVE_INFINITY : sum;
}

/** A copy of a mask that lets every row see the appended keys; booleans are turned around. */
function forOurKeys(
  mask: Tensor,
  { sentKeys, keyLength }: MultiHeadSizes,
  { precision, memory }: ProblemReading,
): Tensor {
  const rows = elementCount(mask.shape.slice(0, -1));
  const shape = [...mask.shape.slice(0, -1), keyLength];
  if (mask.dtype === 'bool') {
    const { buffer, byteOffset } = memory(rows * keyLength);
    const data = new Uint8Array(buffer, byteOffset, rows * keyLength).fill(1);
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < sentKeys; j++) data[row * keyLength + j] = 1 - mask.data[row * sentKeys + j];
    }
    return { dtype: 'bool', shape, data };
  }
  const data = allocateFloats(memory, precision, rows * keyLength).fill(0);
  for (let row = 0; row < rows; row++)
    data.set(mask.data.subarray(row * sentKeys, (row + 1) * sentKeys), row * keyLength);
  return floatTensor(shape, data);
}

/** Causal over the keys that were sent; appended ones are seen by all. */
export function causalMask({ queryLength, sentKeys, keyLength }: MultiHeadSizes, memory: Memory): Mask {
  const { buffer, byteOffset } = memory(queryLength * keyLength);
  const data = new Uint8Array(buffer, byteOffset, queryLength * keyLength);
  for (let i = 0; i < queryLength; i++) {
    for (let j = 0; j < keyLength; j++) data[i * keyLength + j] = j <= i || j >= sentKeys ? 1 : 0;
  }
  return { kind: 'boolean', data, strides: [0, 0, keyLength, 1] };
}
