import type { Mask } from '../../attention/problem.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import { broadcastStrides, type Tensor } from '../../tensor/tensor.ts';

/** The shape that masks are read as. */
export type ScoreShape = readonly [batch: number, heads: number, queryLength: number, keyLength: number];

/**
 * A mask tensor as the kernels read it, broadcast from the right to `[B, Hq, Lq, Lk]`.
 * @throws RequestError `shape_mismatch` at `/name`
 */
export function readMask(name: string, tensor: Tensor, target: ScoreShape): Mask {
  const strides = broadcastStrides(tensor.shape, target);
  if (strides === undefined) {
    throw new RequestError(
      'shape_mismatch',
      `${name} has shape [${tensor.shape.join(', ')}], which does not broadcast to [batch, heads, queries, keys] = [${target.join(', ')}]`,
      { pointer: pointerTo(name) },
    );
  }
  const [batch, heads, rows, keys] = strides;
  const fourStrides = [batch, heads, rows, keys] as const;
  if (tensor.dtype === 'bool') return { kind: 'boolean', data: tensor.data, strides: fourStrides };
  return { kind: 'additive', data: tensor.data, strides: fourStrides };
}
