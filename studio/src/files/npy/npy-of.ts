/** A tensor → the bytes of a `.npy`, version 1. */
import { FileFault, type Tensor } from '../tensor.ts';

/** What numbers begin at a multiple of, so that they can be mapped. */
const ALIGNMENT = 64;
const BEFORE_HEADER = 10;

/** float32 or float64, as the numbers are. */
export function npyOf({ shape, values }: Pick<Tensor, 'shape' | 'values'>): Uint8Array<ArrayBuffer> {
  const descr = values instanceof Float32Array ? '<f4' : '<f8';
  // Python's tuple of one has its comma.
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const unpadded = BEFORE_HEADER + dictionary.length + 1;
  const dataStart = Math.ceil(unpadded / ALIGNMENT) * ALIGNMENT;
  if (dataStart - BEFORE_HEADER > 0xffff) throw new FileFault('The shape has too many sizes.');
  const bytes = new Uint8Array(dataStart + values.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, dataStart - BEFORE_HEADER, true);
  const header = `${dictionary}${' '.repeat(dataStart - unpadded)}\n`;
  new TextEncoder().encodeInto(header, bytes.subarray(BEFORE_HEADER));
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), dataStart);
  return bytes;
}
