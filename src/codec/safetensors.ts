/** The safetensors format: little-endian tensors behind a JSON header. Options travel as texts in `__metadata__`. */

import { pointerTo, RequestError } from '../errors.ts';
import type { Memory } from '../tensor/memory.ts';
import { elementCount, type InputTensor } from '../tensor/tensor.ts';
import { binaryTensor, ITEM_BYTES, readSafetensorsDtype } from './dtype.ts';
import { ElementBudget, readShape } from './elements.ts';
import { readPrecision } from './json/json.ts';
import { optionOfTensor } from './option-tensors.ts';
import { optionsOfTexts } from './option-texts.ts';
import { type HeaderEntry, readHeader } from './safetensors-header.ts';
import { readSingles, withoutSingles } from './singles.ts';
import type { AnswerTensor, CodecSetting, NonFinite, TensorFields, TensorRequest } from './tensor-request.ts';
import { unknownTensors } from './unknown-field.ts';

/** Reads a request in safetensors. Tensors that can stay where they are, see dtype.ts, are views of `body`. */
export function readSafetensors(
  body: Uint8Array,
  fields: TensorFields,
  setting: CodecSetting,
  allocate: Memory,
): TensorRequest {
  const { entries, metadata } = readHeader(body);
  const rule = 'must be a tensor of the file, not a text in its __metadata__';
  const { options, singles } = withoutSingles(optionsOfTexts(metadata), fields, rule);
  const widens = entries.some(({ name, dtype }) => name === setting.precisionOf && dtype === 'F64');
  const precision = readPrecision(options.precision ?? (widens ? 'float64' : undefined));
  const budget = new ElementBudget(setting);
  const tensors = new Map<string, InputTensor>(readSingles(singles, { precision, fields, setting, allocate }));
  const nonFinite = new Map<string, NonFinite>();
  const isTensor = ({ name }: HeaderEntry) => Object.hasOwn(fields, name);
  const isOption = ({ name }: HeaderEntry) => setting.optionTensors?.has(name) === true;
  const unknown = entries.filter((entry) => !isTensor(entry) && !isOption(entry)).map(({ name }) => name);
  if (unknown.length > 0) throw unknownTensors(unknown, new Set(entries.map(({ name }) => name)), Object.keys(fields));
  for (const entry of entries) {
    const { name: field, dtype: dtypeName, shape: dims, start, end } = entry;
    if (tensors.has(field) || Object.hasOwn(options, field)) {
      const detail = `${field} is a tensor of the file and a text of its __metadata__: send one of them`;
      throw new RequestError('conflicting_options', detail, { pointer: pointerTo(field) });
    }
    if (isOption(entry)) {
      options[field] = optionOfTensor(entry, body);
      continue;
    }
    const kind = fields[field];
    const reading = { field, kind, precision, budget, nonFinite, allocate, allFinite: setting.allFinite };
    const dtype = readSafetensorsDtype(dtypeName, reading);
    // PyTorch saves a single number without any dimension.
    const shape = readShape(kind.single && dims.length === 0 ? [1] : dims, reading);
    const needed = elementCount(shape) * ITEM_BYTES[dtype];
    if (end - start !== needed) {
      const detail = `The data of ${field} has ${end - start} bytes, but its shape and ${dtype} ask for ${needed}`;
      throw new RequestError('invalid_safetensors', detail, { pointer: pointerTo(field) });
    }
    const bytes = new Uint8Array(body.buffer, body.byteOffset + start, end - start);
    tensors.set(field, binaryTensor(bytes, { dtype, shape }, reading));
  }
  return { precision, tensors, nonFinite, options, form: 'nested' };
}

const SAFETENSORS_DTYPES = { float64: 'F64', float32: 'F32', bool: 'BOOL' } as const;
const HEADER_ALIGNMENT = 8;

/** Writes tensors by their wire names. Wide ones come first and the header is padded, so that readers can map them. */
export function writeSafetensors(tensors: AnswerTensor[], metadata: Record<string, string>): Uint8Array<ArrayBuffer> {
  const pieces = safetensorsPieces(tensors, metadata);
  const file = new Uint8Array(pieces.reduce((bytes, piece) => bytes + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    file.set(piece, at);
    at += piece.byteLength;
  }
  return file;
}

/** The same file in pieces: a header, then the bytes of each tensor where they lie. */
export function safetensorsPieces(tensors: AnswerTensor[], metadata: Record<string, string>): Uint8Array[] {
  const ordered = tensors.toSorted((a, b) => ITEM_BYTES[b.tensor.dtype] - ITEM_BYTES[a.tensor.dtype]);
  const outlines = ordered.map(({ name, tensor: { dtype, shape, data } }) => {
    return { name, dtype: SAFETENSORS_DTYPES[dtype], shape, bytes: data.byteLength };
  });
  const bytesOf = ({ tensor: { data } }: AnswerTensor) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [safetensorsHead(outlines, metadata), ...ordered.map(bytesOf)];
}

/** What the header of a file says of one tensor: `dtype` as the format spells it. */
export interface TensorOutline {
  name: string;
  dtype: string;
  shape: readonly number[];
  bytes: number;
}

/** All of a file that is before its tensors, which follow each other in this order; wide ones first, to be aligned. */
export function safetensorsHead(
  tensors: readonly TensorOutline[],
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let end = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    const begin = end;
    end += bytes;
    header[name] = { dtype, shape, data_offsets: [begin, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const headerBytes = Math.ceil(text.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
  const head = new Uint8Array(8 + headerBytes).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true);
  head.set(text, 8);
  return head;
}
