/** JSON as bytes, walked once by WebAssembly from window to window, so that memory does not grow with the text. */
import { constants, isUtf8 } from 'node:buffer';
import { RequestError } from '../../errors.ts';
import { breakHint, notJson } from '../foreign.ts';
import { longNumber } from '../long-number.ts';
import type { CodecLimits } from '../tensor-request.ts';
import { bytes, Result, result, WINDOW, WINDOW_BYTES, wasm } from '../wasm/module.ts';

/** Why the walk stops, as wasm/assembly/status.ts numbers it. */
const Stop = {
  refill: 1,
  longNumber: 2,
  member: 3,
  valueEnd: 4,
  closed: 5,
  textEnd: 6,
  regionFull: 7,
  broken: 8,
  tooDeep: 9,
  tooManyArrays: 10,
  tooManyObjects: 11,
  tooManyItems: 12,
  item: 13,
} as const;

/** Nothing that is served nests deeper; rank is judged by the tensor reader. */
const MAX_DEPTH = 1000;
/** Fields, objects and texts together; options are few, and the "-Infinity" of masks is not counted. */
const MAX_OBJECTS = 10_000;
/** Arrays outside of tensors: JSON.parse takes about 64 bytes for each. */
const MAX_ARRAYS = 2 ** 21;
/** Lists in options: at most a rotary position for every two numbers of a tensor, and short ones. */
const OPTIONS_SHARE = 0.5;
const SPARE_ITEMS = 65_536;
const MAX_INT32 = 2 ** 31 - 1;

/**
 * A walk over one text. Every byte is judged before its meaning is used: what cannot be JSON, or is more than any request
 * needs, ends the walk with a RequestError. Only one walk can be under way in a thread.
 */
export class JsonText {
  readonly #text: Buffer;
  /** Bytes of a mark before the text. */
  readonly #start: number;
  /** Where the window ends in the text. */
  #windowEnd = 0;

  constructor(body: Uint8Array, limits: CodecLimits) {
    if (body.byteLength > constants.MAX_STRING_LENGTH) {
      throw new RequestError('body_too_large', 'JSON of this size cannot be read; send application/vnd.safetensors');
    }
    this.#start = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
    this.#text = Buffer.from(body.buffer, body.byteOffset + this.#start, body.byteLength - this.#start);
    wasm.begin(MAX_ARRAYS, MAX_OBJECTS, Math.min(OPTIONS_SHARE * limits.maxElements + SPARE_ITEMS, MAX_INT32));
    this.#fill(0);
  }

  /** The first byte of what comes next; −1 at the end of the text. */
  peek(): number {
    for (;;) {
      const byte = wasm.peek();
      if (byte >= 0 || this.#windowEnd === this.#text.length) return byte;
      this.#fill(wasm.place());
    }
  }

  /**
   * Walks over the object that comes next, at `depth`, and stops where the value of a member comes next: gives the name
   * of that member, or `undefined` at the end of the object. A value that nobody has moved over is passed.
   */
  nextMember(depth: number): string | undefined {
    for (;;) {
      const stop = this.#walk(depth);
      if (stop === Stop.closed) return undefined;
      if (stop === Stop.member) return textOf(this.#slice(result(Result.nameStart), result(Result.nameEnd)));
    }
  }

  /**
   * Walks over the array that comes next, whose items are at `depth`, and says whether one of them comes next. Whoever asks
   * again has moved over it.
   */
  nextItem(depth: number): boolean {
    for (;;) {
      const stop = wasm.walkItems(depth);
      if (stop === Stop.item || stop === Stop.closed) return stop === Stop.item;
      this.#goOn(stop);
    }
  }

  /** Moves over the value that comes next, in an object at `depth` or outside of all at 0, and gives its JSON. */
  pass(depth: number): string {
    const start = wasm.place();
    this.#walk(depth);
    return this.#slice(start, wasm.place());
  }

  /**
   * Reads the array that comes next as a tensor, for which `wasm.beginTensor` was called; `take` is called whenever the
   * region is full.
   */
  readTensor(take: () => void): void {
    for (;;) {
      const stop = wasm.readTensor();
      if (stop === Stop.valueEnd) return;
      if (stop === Stop.regionFull) take();
      else this.#goOn(stop);
    }
  }

  /** Insists that nothing but space is left, and that all that was read was UTF-8. */
  finish(): void {
    this.#walk(0);
    if (wasm.hasWideCharacters() !== 0) this.#checkEncoding();
  }

  /** Walks until there is something to tell. */
  #walk(depth: number): number {
    for (;;) {
      const stop = wasm.walk(depth);
      if (stop >= Stop.member && stop <= Stop.textEnd) return stop;
      this.#goOn(stop);
    }
  }

  /** Does what the walk stopped for, so that it can go on; throws when it cannot. */
  #goOn(stop: number): void {
    if (stop === Stop.refill) this.#fill(wasm.place());
    else if (stop === Stop.longNumber) this.#passLongNumber();
    else throw this.#refusal(stop);
  }

  /** Brings the window that starts at `offset`. */
  #fill(offset: number): void {
    this.#windowEnd = Math.min(offset + WINDOW_BYTES, this.#text.length);
    const { buffer, byteOffset, length } = this.#text;
    bytes.set(new Uint8Array(buffer, byteOffset + offset, this.#windowEnd - offset), WINDOW);
    wasm.setWindow(offset, this.#windowEnd - offset, this.#windowEnd === length);
  }

  #slice(start: number, end: number): string {
    return this.#text.toString('utf8', start, end);
  }

  /** Reads a number that no window holds. */
  #passLongNumber(): void {
    const start = wasm.place();
    const { end, isWhole } = longNumber(this.#text, start);
    this.#fill(end);
    if (!isWhole) throw this.#refusal(Stop.broken);
    wasm.passNumber(Number(this.#text.toString('latin1', start, end)));
  }

  #refusal(stop: number): RequestError {
    const offset = this.#start + wasm.place();
    if (stop === Stop.tooDeep) {
      return new RequestError('invalid_json', `The body nests deeper than ${MAX_DEPTH} levels`, { offset });
    }
    if (stop === Stop.tooManyArrays) {
      return new RequestError(
        'too_many_elements',
        `The body has more than ${MAX_ARRAYS} arrays outside of its tensors`,
      );
    }
    if (stop === Stop.tooManyObjects) {
      const detail = `The body has more than ${MAX_OBJECTS} fields, objects and texts; tensors hold numbers only`;
      return new RequestError('too_complex', detail);
    }
    if (stop === Stop.tooManyItems) {
      return new RequestError(
        'too_many_elements',
        'The body has longer lists outside of its tensors than any request needs',
      );
    }
    this.#checkEncoding();
    const place = wasm.place() === this.#text.length ? 'it ends too early' : `it breaks off at byte ${offset}`;
    const hint = breakHint(this.#text, wasm.place());
    const detail = `The body is not JSON: ${place}${hint === undefined ? '' : `; ${hint}`}`;
    return new RequestError('invalid_json', detail, { offset });
  }

  #checkEncoding(): void {
    if (isUtf8(this.#text)) return;
    const offset = this.#start + firstReplaced(this.#text, this.#text.toString('utf8'));
    const hint = notJson(this.#text);
    const detail = `The body is not UTF-8: byte ${offset} is wrong${hint === undefined ? '' : `; ${hint}`}`;
    throw new RequestError('invalid_encoding', detail, { offset });
  }
}

/** The value of JSON that is a text. */
export function textOf(json: string): string {
  return json.includes('\\') ? JSON.parse(json) : json.slice(1, -1);
}

/** The value of a whole JSON text of bounded extent in strict UTF-8. */
export function parseJson(body: Uint8Array, limits: CodecLimits): unknown {
  const text = new JsonText(body, limits);
  text.peek();
  const value = text.pass(0);
  text.finish();
  return JSON.parse(value);
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
