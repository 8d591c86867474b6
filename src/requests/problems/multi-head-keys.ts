// Which keys a multi-head attention has besides those that were sent, and which of them each query may see.

import type { Mask } from '../../attention/problem.ts';
import { allocateFloats, type Memory } from '../../attention/result.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import { elementCount, type Floats, type FloatTensor, type Precision, type Tensor } from '../../tensor/tensor.ts';
import { readMask, type ScoreShape } from './mask.ts';
import { lastOf, type MultiHeadSizes, mismatch, requireShape } from './multi-head-sizes.ts';
import { floatTensor, type NamedTensors } from './named-tensors.ts';

export function readBiasRow(
  tensors: NamedTensors,
  name: 'bias_k' | 'bias_v',
  partner: string,
): FloatTensor | undefined {
  if (!tensors.has(name) && !tensors.has(partner)) return undefined;
  if (!tensors.has(name)) {
    throw new RequestError('missing_field', `${name} is missing: bias_k and bias_v go together`, {
      pointer: pointerTo(name),
    });
  }
  return floatTensor(tensors, name);
}

/** Writes the rows after the projected ones: the bias row first, then zeros, as PyTorch appends them. */
export function appendKeys(
  projected: Floats,
  name: string,
  bias: FloatTensor | undefined,
  sizes: MultiHeadSizes,
): void {
  const { batch, sentKeys, keyLength, keyWidth } = sizes;
  if (bias !== undefined && (lastOf(bias) !== keyWidth || elementCount(bias.shape) !== keyWidth)) {
    throw mismatch(name, `${name} has shape [${bias.shape.join(', ')}]; it needs [1, 1, ${keyWidth}]`);
  }
  for (let entry = 0; entry < batch; entry++) {
    projected.fill(0, (entry * keyLength + sentKeys) * keyWidth, (entry + 1) * keyLength * keyWidth);
    if (bias !== undefined) projected.set(bias.data, (entry * keyLength + sentKeys) * keyWidth);
  }
}

/** attn_mask and key_padding_mask in PyTorch's sense (true = ignore), as masks in ours (1 = may attend). */
export function readMasks(
  tensors: NamedTensors,
  sizes: MultiHeadSizes,
  { rank, precision, memory }: { rank: number; precision: Precision; memory: Memory },
): Mask[] {
  const { batch, numHeads, queryLength, sentKeys, keyLength } = sizes;
  const masks: Mask[] = [];
  const target: ScoreShape = [batch, numHeads, queryLength, keyLength];
  const attention = tensors.get('attn_mask');
  if (attention !== undefined) {
    const shape = attention.shape;
    const folded = shape.length === 3 && shape[0] === batch * numHeads ? [batch, numHeads, shape[1], shape[2]] : shape;
    masks.push(
      readMask(
        'attn_mask',
        forOurKeys('attn_mask', { ...attention, shape: folded }, sizes, { precision, memory }),
        target,
      ),
    );
  }
  const padding = tensors.get('key_padding_mask');
  if (padding !== undefined) {
    const want = rank === 3 ? [batch, sentKeys] : [sentKeys];
    requireShape('key_padding_mask', padding, want);
    const widened = { ...padding, shape: [batch, 1, 1, sentKeys] };
    masks.push(
      readMask('key_padding_mask', forOurKeys('key_padding_mask', widened, sizes, { precision, memory }), target),
    );
  }
  return masks;
}

/** A copy of a mask that lets every row see the appended keys; booleans are turned around. */
function forOurKeys(
  name: string,
  mask: Tensor,
  { sentKeys, keyLength }: MultiHeadSizes,
  { precision, memory }: { precision: Precision; memory: Memory },
): Tensor {
  if (lastOf(mask) !== sentKeys)
    throw mismatch(name, `${name} has shape [${mask.shape.join(', ')}], but there are ${sentKeys} keys`);
  const rows = elementCount(mask.shape) / sentKeys;
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
  return data instanceof Float64Array ? { dtype: 'float64', shape, data } : { dtype: 'float32', shape, data };
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
