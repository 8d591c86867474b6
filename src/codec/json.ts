/** A JSON body → tensors and options. */
import { constants, isAscii, isUtf8 } from 'node:buffer';
import { pointerTo, RequestError } from '../errors.ts';
import type { Precision, Tensor } from '../tensor/tensor.ts';
import { ElementBudget } from './elements.ts';
import { checkExtent } from './json-scan.ts';
import { firstSyntaxError } from './json-syntax.ts';
import { readTensor } from './json-tensor.ts';
import type { Allocate, CodecLimits, TensorFields, TensorForm, TensorRequest } from './tensor-request.ts';

/** Reads a request in JSON: RFC 8259, UTF-8. Throws a RequestError for everything that is not one. */
export function readJson(
  body: Uint8Array,
  fields: TensorFields,
  limits: CodecLimits,
  allocate: Allocate,
): TensorRequest {
  const value = parseJson(body, limits);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestError('not_an_object', 'The body must be a JSON object with tensors and options as its fields');
  }
  const members = new Map(Object.entries(value));
  const precision = readPrecision(members.get('precision'));
  const budget = new ElementBudget(limits);
  const tensors = new Map<string, Tensor>();
  const options: Record<string, unknown> = Object.create(null);
  let form: TensorForm = 'nested';
  for (const [field, member] of members) {
    if (!Object.hasOwn(fields, field)) {
      options[field] = member;
      continue;
    }
    const read = readTensor(member, { field, kind: fields[field], precision, budget, allocate });
    tensors.set(field, read.tensor);
    if (field === 'query') form = read.form;
  }
  return { precision, tensors, options, form };
}

/** The precision that decides how the tensors are read; the other options are checked later. */
export function readPrecision(precision: unknown): Precision {
  if (precision === undefined || precision === 'float32') return 'float32';
  if (precision === 'float64') return 'float64';
  throw new RequestError('invalid_option', 'precision must be "float32" or "float64"', {
    pointer: pointerTo('precision'),
  });
}

/** JSON of bounded extent in strict UTF-8 → its value. */
export function parseJson(body: Uint8Array, limits: CodecLimits): unknown {
  const start = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
  const bytes = Buffer.from(body.buffer, body.byteOffset + start, body.byteLength - start);
  checkExtent(bytes, limits);
  const text = textOf(bytes, start);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const offset = start + firstSyntaxError(bytes);
    const place = offset === body.byteLength ? 'it ends too early' : `it breaks off at byte ${offset}`;
    throw new RequestError('invalid_json', `The body is not JSON: ${place}`, { offset });
  }
}

function textOf(bytes: Buffer, start: number): string {
  if (bytes.length > constants.MAX_STRING_LENGTH) {
    throw new RequestError('body_too_large', 'JSON of this size cannot be read; send application/vnd.safetensors');
  }
  // ASCII, as nearly all bodies are, becomes a string by a plain copy.
  if (isAscii(bytes)) return bytes.toString('latin1');
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return text;
  const offset = start + firstReplaced(bytes, text);
  throw new RequestError('invalid_encoding', `The body is not UTF-8: byte ${offset} is wrong`, { offset });
}

/** The offset of the first byte that decoding replaced by U+FFFD; one that was sent as such is passed over. */
function firstReplaced(bytes: Buffer, text: string): number {
  let offset = 0;
  let from = 0;
  for (;;) {
    const found = text.indexOf('\ufffd', from);
    if (found < 0) return offset;
    offset += Buffer.byteLength(text.slice(from, found));
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return offset;
    offset += 3;
    from = found + 1;
  }
}
