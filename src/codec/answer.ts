/** Tensors → the JSON of an answer. */
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { MAX_NUMBER_BYTES, writeFloat32, writeFloat64 } from './numbers.ts';
import type { AnswerTensor, TensorForm } from './tensor-request.ts';

const PIECE_BYTES = 2 ** 20;
/** Base64 of a multiple of three bytes has no padding, so that the texts of pieces can follow each other. */
const BASE64_BYTES = 3 * 2 ** 17;

/** A value of an answer: a tensor, a list or an object of values, or `{ json }`, which is written as it is. */
export type AnswerValue = Tensor | readonly AnswerValue[] | Members | { json: unknown };

/** The members of an object of an answer, in their order. */
export interface Members extends Map<string, AnswerValue> {}

/**
 * Writes `{"output": …, "meta": …}` as pieces of UTF-8: the tensors, then `extra`. `stats.entropy` becomes the member
 * `entropy` of `stats`. −∞ is the text "-Infinity".
 */
export function writeJsonAnswer(
  tensors: AnswerTensor[],
  extra: Record<string, unknown>,
  form: TensorForm,
): Uint8Array[] {
  const members = membersOf(tensors);
  for (const [name, json] of Object.entries(extra)) if (json !== undefined) members.set(name, { json });
  return writeJsonMembers(members, form);
}

/** Writes an object as pieces of UTF-8; tensors stand in it in their form. */
export function writeJsonMembers(members: Members, form: TensorForm): Uint8Array[] {
  const pieces = new Pieces(numbersIn(members));
  writeValue(members, form, pieces);
  return pieces.finish();
}

/** How many numbers the tensors of a value hold. */
export function numbersIn(value: AnswerValue): number {
  const sum = (values: Iterable<AnswerValue>) => [...values].reduce((n: number, inner) => n + numbersIn(inner), 0);
  if (value instanceof Map) return sum(value.values());
  if (isList(value)) return sum(value);
  return 'json' in value ? 0 : value.data.length;
}

function isList(value: AnswerValue): value is readonly AnswerValue[] {
  return Array.isArray(value);
}

function membersOf(tensors: readonly AnswerTensor[]): Members {
  const root: Members = new Map();
  for (const { name, tensor } of tensors) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let members = root;
    for (const step of path) {
      const inner = members.get(step) ?? new Map();
      if (!(inner instanceof Map)) throw new Error(`${name} stands inside another tensor of the answer`);
      members.set(step, inner);
      members = inner;
    }
    members.set(last, tensor);
  }
  return root;
}

function writeValue(value: AnswerValue, form: TensorForm, pieces: Pieces): void {
  if (value instanceof Map) {
    let separator = '{';
    for (const [name, member] of value) {
      pieces.text(`${separator}${JSON.stringify(name)}:`);
      separator = ',';
      writeValue(member, form, pieces);
    }
    pieces.ascii(value.size === 0 ? '{}' : '}');
  } else if (isList(value)) {
    for (const [i, item] of value.entries()) {
      pieces.ascii(i === 0 ? '[' : ',');
      writeValue(item, form, pieces);
    }
    pieces.ascii(value.length === 0 ? '[]' : ']');
  } else if ('json' in value) pieces.text(JSON.stringify(value.json));
  else if (form === 'nested' || value.shape.length === 0) writeNested(value, pieces);
  else writeShaped(value, form, pieces);
}

function writeNested(tensor: Tensor, pieces: Pieces): void {
  const { shape, data } = tensor;
  if (shape.length === 0) {
    pieces.numbers(tensor, 0, 1);
    return;
  }
  const width = shape[shape.length - 1];
  /** How many elements the arrays of each axis hold, innermost first: brackets stand at their multiples. */
  const sizes = shape.map((_, axis) => elementCount(shape.slice(axis))).reverse();
  for (let start = 0; start < data.length; start += width) {
    if (start > 0) pieces.ascii(',');
    for (const size of sizes) if (start % size === 0) pieces.ascii('[');
    pieces.numbers(tensor, start, start + width);
    for (const size of sizes) if ((start + width) % size === 0) pieces.ascii(']');
  }
}

function writeShaped(tensor: Tensor, form: 'flat' | 'base64', pieces: Pieces): void {
  const { shape, dtype, data } = tensor;
  pieces.ascii(`{"shape":[${shape.join(',')}],"dtype":"${dtype}","data":`);
  if (form === 'flat') {
    pieces.ascii('[');
    pieces.numbers(tensor, 0, data.length);
    pieces.ascii(']}');
    return;
  }
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  pieces.ascii('"');
  for (let start = 0; start < bytes.length; start += BASE64_BYTES) {
    pieces.ascii(bytes.toString('base64', start, Math.min(start + BASE64_BYTES, bytes.length)));
  }
  pieces.ascii('"}');
}

/** Bytes in pieces of at most `PIECE_BYTES`: `#piece` is filled up to `#at`, all in `#full` are finished. */
class Pieces {
  readonly #full: Uint8Array[] = [];
  #piece: Buffer;
  #at = 0;

  constructor(elements: number) {
    // Not from Node's shared pool: an answer is handed to another thread with its memory.
    this.#piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, 1024 + elements * 14));
  }

  /** Makes room for `bytes` that follow each other in one piece. */
  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#piece.length) return;
    this.#full.push(this.#piece.subarray(0, this.#at));
    this.#piece = Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, bytes));
    this.#at = 0;
  }

  ascii(text: string): void {
    this.#reserve(text.length);
    this.#at += this.#piece.write(text, this.#at, 'latin1');
  }

  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#at += this.#piece.write(text, this.#at, 'utf8');
  }

  /** Elements `start` to `end`, with commas between them. */
  numbers({ dtype, data }: Tensor, start: number, end: number): void {
    const write = dtype === 'float32' ? writeFloat32 : dtype === 'float64' ? writeFloat64 : writeBoolean;
    for (let i = start; i < end; ) {
      this.#reserve(MAX_NUMBER_BYTES + 1);
      const limit = this.#piece.length - MAX_NUMBER_BYTES;
      let at = this.#at;
      for (; i < end && at < limit; i++) {
        if (i > start) this.#piece[at++] = 0x2c;
        at = write(data[i], this.#piece, at);
      }
      this.#at = at;
    }
  }

  finish(): Uint8Array[] {
    this.#full.push(this.#piece.subarray(0, this.#at));
    return this.#full;
  }
}

function writeBoolean(x: number, bytes: Uint8Array, at: number): number {
  const text = x === 0 ? 'false' : 'true';
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}
