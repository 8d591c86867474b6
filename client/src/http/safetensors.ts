/** The safetensors format, as far as requests and answers of the service need it. */
import { isObject } from '../object.ts';
import { badAnswer, type SpotlightError } from '../spotlight-error.ts';
import {
  bytesOf,
  type Dtype,
  dtypeOf,
  type OwnBytes,
  type TypedAnswerTensor,
  type TypedTensor,
} from '../typed-tensor.ts';
import { textIn } from './http.ts';

export const SAFETENSORS_TYPE = 'application/vnd.safetensors';

const NAMES: Record<Dtype, string> = { float64: 'F64', float32: 'F32', float16: 'F16', bfloat16: 'BF16', bool: 'BOOL' };
/** The length of the header stands before it. */
const LENGTH_BYTES = 8;

/** A file of these tensors. Wide ones come first and the header is padded to 8 bytes, so that all of them are aligned. */
export function writeSafetensors(
  tensors: Readonly<Record<string, TypedTensor>>,
  metadata: Record<string, string>,
): OwnBytes {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const ordered = Object.entries(tensors).sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let end = 0;
  for (const [name, tensor] of ordered) {
    const begin = end;
    end += tensor.data.byteLength;
    header[name] = { dtype: NAMES[dtypeOf(tensor)], shape: tensor.shape, data_offsets: [begin, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, LENGTH_BYTES + text.length, LENGTH_BYTES + headerBytes);
  file.set(text, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const [, tensor] of ordered) {
    file.set(bytesOf(tensor), at);
    at += tensor.data.byteLength;
  }
  return file;
}

interface Entry {
  dtype: 'F32' | 'F64';
  shape: number[];
  data_offsets: [number, number];
}

/**
 * Reads a file of floats; aligned tensors are views of it.
 * @throws SpotlightError `bad_answer` when it is none
 */
export function readSafetensors(file: ArrayBuffer): {
  tensors: Map<string, TypedAnswerTensor>;
  metadata: Record<string, string>;
} {
  const tensors = new Map<string, TypedAnswerTensor>();
  let metadata: Record<string, string> = {};
  const { header, start } = headerOf(file);
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__' && isTexts(entry)) metadata = entry;
    else if (isEntry(entry)) tensors.set(name, tensorOf(file, start, entry));
    else throw badFile();
  }
  return { tensors, metadata };
}

function headerOf(file: ArrayBuffer): { header: object; start: number } {
  if (file.byteLength < LENGTH_BYTES) throw badFile();
  const headerBytes = Number(new DataView(file).getBigUint64(0, true));
  if (headerBytes > file.byteLength - LENGTH_BYTES) throw badFile();
  let header: unknown;
  try {
    header = JSON.parse(textIn(new Uint8Array(file, LENGTH_BYTES, headerBytes)));
  } catch {
    throw badFile();
  }
  if (!isObject(header)) throw badFile();
  return { header, start: LENGTH_BYTES + headerBytes };
}

function tensorOf(file: ArrayBuffer, start: number, { dtype, shape, data_offsets: [begin, end] }: Entry) {
  const itemBytes = dtype === 'F64' ? 8 : 4;
  const length = shape.reduce((count, dim) => count * dim, 1);
  if (begin < 0 || end - begin !== length * itemBytes || start + end > file.byteLength) throw badFile();
  const isAligned = (start + begin) % itemBytes === 0;
  const buffer = isAligned ? file : file.slice(start + begin, start + end);
  const at = isAligned ? start + begin : 0;
  return dtype === 'F64'
    ? { shape, dtype: 'float64' as const, data: new Float64Array(buffer, at, length) }
    : { shape, dtype: 'float32' as const, data: new Float32Array(buffer, at, length) };
}

function isTexts(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isEntry(value: unknown): value is Entry {
  if (!isObject(value) || !('dtype' in value && 'shape' in value && 'data_offsets' in value)) return false;
  const { dtype, shape, data_offsets: offsets } = value;
  const areCounts = (list: unknown) => Array.isArray(list) && list.every((x) => Number.isInteger(x) && x >= 0);
  return (
    (dtype === 'F32' || dtype === 'F64') &&
    areCounts(shape) &&
    areCounts(offsets) &&
    Array.isArray(offsets) &&
    offsets.length === 2
  );
}

function badFile(): SpotlightError {
  return badAnswer('the answer is not a safetensors file of floats');
}
