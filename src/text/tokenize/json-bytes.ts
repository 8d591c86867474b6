/** JSON written straight into bytes: a megabyte of text makes 25 MB of it, which as one JavaScript string costs three times the time. */

import { isContinuation } from './utf8.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
/** A byte of text becomes at most \u00XX. */
const MAX_ESCAPE = 6;
const MAX_DIGITS = 10;

/** What stands in a JSON text for each ASCII byte that cannot stand there itself (RFC 8259 section 7). */
const escapes: readonly (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) return undefined;
  return Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1));
});
const needsEscape = Uint8Array.from(escapes, (escaped) => (escaped === undefined ? 0 : 1));

const WORD_BYTES = 4;

/** A short piece of JSON as 32-bit words, four times as fast to write as bytes; what the last word has too much is overwritten. */
export interface FixedJson {
  words: Uint32Array;
  length: number;
}

export function fixedJson(json: string): FixedJson {
  const bytes = Buffer.from(json);
  const padded = Buffer.alloc(Math.ceil(bytes.length / WORD_BYTES) * WORD_BYTES);
  bytes.copy(padded);
  const words = Array.from({ length: padded.length / WORD_BYTES }, (_, i) => padded.readUInt32LE(i * WORD_BYTES));
  return { words: Uint32Array.from(words), length: bytes.length };
}

/** Bytes of JSON that grow. Invariant: the first `length` bytes of `#bytes` are what was written. */
export class JsonBytes {
  length = 0;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** JSON that is written again and again. */
  fixed({ words, length }: FixedJson): void {
    const room = words.length * WORD_BYTES;
    if (this.length + room > this.#bytes.length) this.#grow(room);
    const view = this.#view;
    for (let i = 0; i < words.length; i++) view.setUint32(this.length + i * WORD_BYTES, words[i], true);
    this.length += length;
  }

  /** Any JSON. */
  raw(json: string): void {
    const room = Buffer.byteLength(json);
    if (this.length + room > this.#bytes.length) this.#grow(room);
    Buffer.from(this.#bytes.buffer).write(json, this.length);
    this.length += room;
  }

  /** An integer from 0 to 2³¹ − 1. */
  integer(value: number): void {
    if (this.length + MAX_DIGITS > this.#bytes.length) this.#grow(MAX_DIGITS);
    const bytes = this.#bytes;
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    let at = this.length + digits;
    this.length = at;
    // In 32 bits, where dividing by a constant is a multiplication.
    let rest = value | 0;
    do {
      const tenth = (rest / 10) | 0;
      bytes[--at] = ZERO + rest - tenth * 10;
      rest = tenth;
    } while (rest > 0);
  }

  /** UTF-8 bytes `from` to `to` as a text, with its quotes; gives the UTF-16 code units of the text. */
  text(source: Uint8Array, from: number, to: number): number {
    const most = (to - from) * MAX_ESCAPE + 2;
    if (this.length + most > this.#bytes.length) this.#grow(most);
    const bytes = this.#bytes;
    let at = this.length;
    let units = 0;
    bytes[at++] = QUOTE;
    for (let i = from; i < to; i++) {
      const byte = source[i];
      if (!isContinuation(byte)) units += byte >= 0xf0 ? 2 : 1;
      if (needsEscape[byte] === 0) bytes[at++] = byte;
      else for (const escaped of escapes[byte] ?? []) bytes[at++] = escaped;
    }
    bytes[at++] = QUOTE;
    this.length = at;
    return units;
  }

  /** What was written, in memory of exactly its size, so that it can be moved to another thread. */
  copy(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }

  /** Begins anew, in memory of at most `keptBytes`. */
  clear(keptBytes: number): void {
    this.length = 0;
    if (this.#bytes.length > keptBytes) this.#use(new Uint8Array(keptBytes));
  }

  #grow(more: number): void {
    const larger = new Uint8Array(Math.max(this.length + more, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#use(larger);
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
