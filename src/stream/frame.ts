/**
 * The binary frame of a step: magic `SPL1`, subscription index (u32), seq (u64), dtype (u8: 0 = float32, 1 = float64),
 * rank (u8), reserved (u16), dims (rank × u32), zeros up to a multiple of 8, then the numbers; all little-endian.
 */

const MAGIC = 0x314c5053;
const FIXED_BYTES = 20;

export interface FrameHeader {
  /** The subscription, as `started` numbered it. */
  index: number;
  seq: number;
  dtype: 'float32' | 'float64';
  shape: readonly number[];
}

/** The bytes before the numbers. */
export function frameHeader({ index, seq, dtype, shape }: FrameHeader): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((FIXED_BYTES + 4 * shape.length) / 8) * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, index, true);
  view.setBigUint64(8, BigInt(seq), true);
  view.setUint8(16, dtype === 'float64' ? 1 : 0);
  view.setUint8(17, shape.length);
  for (const [axis, dim] of shape.entries()) view.setUint32(FIXED_BYTES + 4 * axis, dim, true);
  return bytes;
}
