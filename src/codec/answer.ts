/** Tensors → the JSON of an answer. */
import type { Tensor } from '../tensor/tensor.ts';
import type { AnswerTensor, TensorForm } from './tensor-request.ts';
import { bytes, integers, memory, REGION, REGION_BYTES, SIZES, WINDOW, WINDOW_BYTES, wasm } from './wasm/module.ts';

/** Base64 of a multiple of three bytes has no padding, so that the texts of pieces can follow each other. */
const BASE64_BYTES = 3 * 2 ** 15;

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
  keeping: Keeping = 'copied',
): Uint8Array[] {
  const members = membersOf(tensors);
  for (const [name, json] of Object.entries(extra)) if (json !== undefined) members.set(name, { json });
  return writeJsonMembers(members, form, keeping);
}

/** Whether pieces have memory of their own, or the last of them is only there until the next answer is written. */
export type Keeping = 'copied' | 'lent';

/** Writes an object as pieces of UTF-8; tensors stand in it in their form. */
export function writeJsonMembers(members: Members, form: TensorForm, keeping: Keeping = 'copied'): Uint8Array[] {
  const pieces = new Pieces();
  writeValue(members, form, pieces);
  return pieces.finish(keeping);
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
    pieces.text(value.size === 0 ? '{}' : '}');
  } else if (isList(value)) {
    for (const [i, item] of value.entries()) {
      pieces.text(i === 0 ? '[' : ',');
      writeValue(item, form, pieces);
    }
    pieces.text(value.length === 0 ? '[]' : ']');
  } else if ('json' in value) pieces.text(JSON.stringify(value.json));
  else if (form === 'nested' || value.shape.length === 0) writeArrays(value, value.shape, pieces);
  else writeShaped(value, form, pieces);
}

/** Elements in nested brackets: those of its shape, or one pair around a flat list. */
function writeArrays(tensor: Tensor, shape: readonly number[], pieces: Pieces): void {
  if (tensor.data.length === 0) {
    pieces.text(emptyArrays(shape));
    return;
  }
  const rank = shape.length;
  let size = 1;
  for (let axis = rank - 1; axis >= 0; axis--) {
    size *= shape[axis];
    integers[SIZES / 4 + rank - 1 - axis] = size;
  }
  wasm.beginWriting(rank);
  pieces.elements(tensor);
}

/** The arrays of a shape that holds a zero: `[[], []]` for [2, 0, 3]. */
function emptyArrays([length, ...inner]: readonly number[]): string {
  return `[${length === 0 ? '' : `,${emptyArrays(inner)}`.repeat(length).slice(1)}]`;
}

function writeShaped(tensor: Tensor, form: 'flat' | 'base64', pieces: Pieces): void {
  const { shape, dtype, data } = tensor;
  pieces.text(`{"shape":[${shape.join(',')}],"dtype":"${dtype}","data":`);
  if (form === 'flat') writeArrays(tensor, [data.length], pieces);
  else {
    const binary = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    pieces.text('"');
    for (let start = 0; start < binary.length; start += BASE64_BYTES) {
      pieces.text(binary.toString('base64', start, Math.min(start + BASE64_BYTES, binary.length)));
    }
    pieces.text('"');
  }
  pieces.text('}');
}

/** How writing in WebAssembly numbers the dtypes, see wasm/assembly/write.ts. */
const KINDS: Record<Tensor['dtype'], number> = { float32: 0, float64: 1, bool: 2 };
/** Of a UTF-16 unit in UTF-8. */
const MAX_UNIT_BYTES = 3;
/** No element has more: the 24 characters of -1.2345678901234567e-300, a comma, and brackets of four axes on both sides. */
const MAX_ELEMENT_BYTES = 33;

/**
 * Text that grows in the region of the WebAssembly memory and leaves it in pieces of exactly their size, so that they can
 * be handed to another thread with their memory. Invariant: the text since the last piece lies from `REGION` to `#at`, and
 * `#waiting` goes behind it.
 */
class Pieces {
  readonly #full: Uint8Array[] = [];
  #at = REGION;
  /** Short texts between tensors: one call writes all of them. */
  #waiting = '';

  text(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length >= BASE64_BYTES) this.#write();
  }

  /** All elements of the tensor for which `beginWriting` was called. */
  elements({ dtype, data }: Tensor): void {
    this.#write();
    const kind = KINDS[dtype];
    const itemBytes = data.BYTES_PER_ELEMENT;
    const batch = Math.floor(WINDOW_BYTES / itemBytes);
    for (let start = 0; start < data.length; start += batch) {
      const count = Math.min(batch, data.length - start);
      this.#reserve(count * MAX_ELEMENT_BYTES);
      bytes.set(new Uint8Array(data.buffer, data.byteOffset + start * itemBytes, count * itemBytes), WINDOW);
      this.#at = wasm.writeElements(WINDOW, count, kind, this.#at);
      if (this.#at === 0) throw new Error('an answer holds NaN');
    }
  }

  finish(keeping: Keeping): Uint8Array[] {
    this.#write();
    if (keeping === 'copied') this.#flush();
    else if (this.#at > REGION) this.#full.push(bytes.subarray(REGION, this.#at));
    return this.#full;
  }

  #write(): void {
    const text = this.#waiting;
    this.#waiting = '';
    if (text.length * MAX_UNIT_BYTES <= REGION_BYTES) {
      this.#reserve(text.length * MAX_UNIT_BYTES);
      this.#at += memory.write(text, this.#at, 'utf8');
      return;
    }
    this.#flush();
    const encoded = Buffer.from(text, 'utf8');
    for (let start = 0; start < encoded.length; start += REGION_BYTES) {
      this.#full.push(Uint8Array.from(encoded.subarray(start, start + REGION_BYTES)));
    }
  }

  /** Makes room for `count` bytes that follow each other. */
  #reserve(count: number): void {
    if (this.#at + count > REGION + REGION_BYTES) this.#flush();
  }

  #flush(): void {
    if (this.#at === REGION) return;
    // A copy with memory of its own, not from a pool, because a piece is handed to another thread with its memory.
    this.#full.push(bytes.slice(REGION, this.#at));
    this.#at = REGION;
  }
}
