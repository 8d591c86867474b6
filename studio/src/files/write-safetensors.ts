/** Tensors → the bytes of a `.safetensors`. */
import type { Tensor } from './tensor.ts';

/** What the data begins at a multiple of, as the format's own writer has it. */
const ALIGNMENT = 8;

/** F32 or F64, as the numbers are, the wider first so that all are aligned. Tensors without a name are called arr_0, arr_1, … */
export function safetensorsOf(tensors: readonly Tensor[]): Uint8Array<ArrayBuffer> {
  const named = tensors.map((tensor, index) => ({ ...tensor, name: tensor.name || `arr_${index}` }));
  const ordered = named.toSorted((a, b) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);
  let end = 0;
  const entries = ordered.map(({ name, shape, values }) => {
    const from = end;
    end += values.byteLength;
    const dtype = values instanceof Float32Array ? 'F32' : 'F64';
    return [name, { dtype, shape, data_offsets: [from, end] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const dataStart = 8 + Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(dataStart + end).fill(0x20, 8, dataStart);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  bytes.set(json, 8);
  let at = dataStart;
  for (const { values } of ordered) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}
