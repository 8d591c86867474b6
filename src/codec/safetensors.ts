/** The safetensors format: little-endian tensors behind a JSON header. Options travel as texts in `__metadata__`. */
import { pointerTo, RequestError } from '../errors.ts';
import { elementCount, type InputTensor, type Precision } from '../tensor/tensor.ts';
import { halvesFromBytes, ITEM_BYTES, isHalf, readSafetensorsDtype, tensorFromBytes } from './dtype.ts';
import { ElementBudget, positionOf, readShape } from './elements.ts';
import { readJson, readPrecision } from './json.ts';
import { parsed, readHeader } from './safetensors-header.ts';
import {
  type Allocate,
  type AnswerTensor,
  type CodecSetting,
  FINITE,
  type TensorFields,
  type TensorRequest,
} from './tensor-request.ts';
import { unknownField } from './unknown-field.ts';

/**
 * Reads a request in safetensors. Aligned float32 tensors stay where they are: they are views of `body`. So do halves of a
 * float32 request, but for those of a mask: whoever opens it has them widened where they are loaded, or all at once.
 */
export function readSafetensors(
  body: Uint8Array,
  fields: TensorFields,
  setting: CodecSetting,
  allocate: Allocate,
): TensorRequest {
  const { entries, metadata } = readHeader(body);
  const { options, singles } = readOptionTexts(metadata, fields);
  const precision = readPrecision(options.precision);
  const budget = new ElementBudget(setting);
  const tensors = new Map<string, InputTensor>(readSingles(singles, { precision, fields, setting, allocate }));
  for (const { name: field, dtype: dtypeName, shape: dims, start, end } of entries) {
    if (!Object.hasOwn(fields, field)) throw unknownField(field, Object.keys(fields));
    if (tensors.has(field)) {
      const detail = `${field} is a tensor of the file and a text of its __metadata__: send one of them`;
      throw new RequestError('conflicting_options', detail, { pointer: pointerTo(field) });
    }
    const reading = { field, kind: fields[field], precision, budget, allocate, allFinite: setting.allFinite };
    const dtype = readSafetensorsDtype(dtypeName, reading);
    // PyTorch saves a single number without any dimension.
    const shape = readShape(reading.kind.single && dims.length === 0 ? [1] : dims, field);
    const needed = elementCount(shape) * ITEM_BYTES[dtype];
    if (end - start !== needed) {
      const detail = `The data of ${field} has ${end - start} bytes, but its shape and ${dtype} ask for ${needed}`;
      throw new RequestError('invalid_safetensors', detail, { pointer: pointerTo(field) });
    }
    budget.take(elementCount(shape), field);
    const bytes = new Uint8Array(body.buffer, body.byteOffset + start, end - start);
    const locate = (index: number) => pointerTo(field, ...positionOf(index, shape));
    const isKept = isHalf(dtype) && precision === 'float32' && reading.kind === FINITE;
    const tensor = isKept
      ? halvesFromBytes(bytes, { dtype, shape }, reading, locate)
      : tensorFromBytes(bytes, { dtype, shape }, reading, locate);
    tensors.set(field, tensor);
  }
  return { precision, tensors, options, form: 'nested' };
}

type Values = Record<string, unknown>;

/** Options are JSON where they parse as such and plain text otherwise: `true`, `[1, 2]`, `lower_right`. */
function readOptionTexts(
  metadata: ReadonlyMap<string, string>,
  fields: TensorFields,
): { options: Values; singles: Values } {
  const options: Values = Object.create(null);
  const singles: Values = Object.create(null);
  for (const [name, text] of metadata) {
    // Libraries that save tensors write which framework they came from.
    if (name === 'format') continue;
    const isTensor = Object.hasOwn(fields, name);
    if (isTensor && !fields[name].single) {
      const detail = `${name} must be a tensor of the file, not a text in its __metadata__`;
      throw new RequestError('invalid_tensor', detail, { pointer: pointerTo(name) });
    }
    const value = parsed(Buffer.from(text));
    (isTensor ? singles : options)[name] = value === undefined ? text : value;
  }
  return { options, singles };
}

interface SinglesReading {
  precision: Precision;
  fields: TensorFields;
  setting: CodecSetting;
  allocate: Allocate;
}

/** Tensors of few numbers that stand among the options: they are read as they would be in a body of JSON. */
function readSingles(
  singles: Values,
  { precision, fields, setting, allocate }: SinglesReading,
): ReadonlyMap<string, InputTensor> {
  if (Object.keys(singles).length === 0) return new Map();
  return readJson(Buffer.from(JSON.stringify({ precision, ...singles })), fields, setting, allocate).tensors;
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
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  const ordered = tensors.toSorted((a, b) => ITEM_BYTES[b.tensor.dtype] - ITEM_BYTES[a.tensor.dtype]);
  let end = 0;
  for (const { name, tensor } of ordered) {
    const begin = end;
    end += tensor.data.byteLength;
    header[name] = { dtype: SAFETENSORS_DTYPES[tensor.dtype], shape: tensor.shape, data_offsets: [begin, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const headerBytes = Math.ceil(text.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
  const head = new Uint8Array(8 + headerBytes).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true);
  head.set(text, 8);
  const bytesOf = ({ tensor: { data } }: AnswerTensor) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [head, ...ordered.map(bytesOf)];
}
