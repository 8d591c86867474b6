import type { TypedAnswerTensor } from '../typed-tensor.ts';

/** `SPL1`, little-endian. */
const MAGIC = 0x314c5053;
const FIXED_BYTES = 20;

/** What a binary frame says: which step of which subscription, and its numbers. */
export interface StepFrame {
  index: number;
  seq: number;
  tensor: TypedAnswerTensor;
}

/**
 * Reads a binary frame of the stream: magic, subscription index (u32), seq (u64), dtype (u8: 0 = float32, 1 = float64), rank
 * (u8), reserved (u16), dims (rank × u32), zeros up to a multiple of 8, then the numbers; all little-endian. The numbers are
 * a view of the frame. Undefined when it is no such frame.
 */
export function readFrame(frame: ArrayBuffer): StepFrame | undefined {
  if (frame.byteLength < FIXED_BYTES) return undefined;
  const view = new DataView(frame);
  const dtype = view.getUint8(16);
  const rank = view.getUint8(17);
  const start = Math.ceil((FIXED_BYTES + 4 * rank) / 8) * 8;
  if (view.getUint32(0, true) !== MAGIC || dtype > 1 || frame.byteLength < start) return undefined;
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(FIXED_BYTES + 4 * axis, true));
  const length = shape.reduce((count, dim) => count * dim, 1);
  if (frame.byteLength !== start + length * (dtype === 1 ? 8 : 4)) return undefined;
  return {
    index: view.getUint32(4, true),
    seq: Number(view.getBigUint64(8, true)),
    tensor:
      dtype === 1
        ? { shape, dtype: 'float64', data: new Float64Array(frame, start, length) }
        : { shape, dtype: 'float32', data: new Float32Array(frame, start, length) },
  };
}
