// Which keys a multi-head attention has besides those that were sent, and which of them each query may see.

import { pointerTo, RequestError } from '../../errors.ts';
import { elementCount, type Floats, type FloatTensor } from '../../tensor/tensor.ts';
import { lastOf, type MultiHeadSizes, mismatch } from './multi-head-sizes.ts';
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
