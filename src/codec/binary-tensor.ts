/** A tensor whose bytes lie in a body, in whatever container. */
import { pointerTo } from '../errors.ts';
import { elementCount, type InputTensor } from '../tensor/tensor.ts';
import { type Dtype, halvesFromBytes, isHalf, tensorFromBytes } from './dtype.ts';
import { positionOf, type TensorReading } from './elements.ts';

/**
 * Bytes of exactly the size that shape and dtype ask for → a checked tensor. Aligned float32 stays where it is. So do halves of
 * a float32 request, but for those of a mask: whoever opens it has them widened where they are loaded, or all at once.
 * @throws RequestError `too_many_elements`, `not_finite`, `invalid_tensor`
 */
export function binaryTensor(
  bytes: Uint8Array,
  { dtype, shape }: { dtype: Dtype; shape: readonly number[] },
  reading: TensorReading,
): InputTensor {
  const { field, kind, precision, budget } = reading;
  budget.take(elementCount(shape), field);
  const locate = (index: number) => pointerTo(field, ...positionOf(index, shape));
  const isKept = isHalf(dtype) && precision === 'float32' && !kind.minusInfinity;
  return isKept
    ? halvesFromBytes(bytes, { dtype, shape }, reading, locate)
    : tensorFromBytes(bytes, { dtype, shape }, reading, locate);
}
