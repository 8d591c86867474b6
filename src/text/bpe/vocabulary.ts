/** How many bits of a slot hold a token; the rest is a tag of its hash, so that most misses touch no other memory. */
const ID_BITS = 18;
const ID_MASK = (1 << ID_BITS) - 1;
const MAX_TOKENS = ID_MASK;
const LINE_FEED = 0x0a;
const BLANK = 0x20;
const ZERO = 0x30;
const PADDING = 0x3d;

const base64Values = new Uint8Array(128);
for (const [value, character] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  base64Values[character.charCodeAt(0)] = value;
}

/**
 * The tokens of a byte-pair encoding, found by their bytes: a hash table in typed arrays, 24 bytes a token, where a Map of
 * texts takes hundreds. The id of a token is its rank: the lower, the sooner two pieces are joined to it.
 */
export class BpeVocabulary {
  /** The most ids: the largest one and one more. */
  readonly size: number;
  /** The bytes of the longest token. */
  readonly maxLength: number;
  /** All tokens one after another, by id. */
  readonly #bytes: Uint8Array;
  /** Where the token of an id begins in `#bytes`; ids without a token have no bytes. */
  readonly #offsets: Uint32Array;
  readonly #slots: Int32Array;
  /** The tokens of one and of two bytes, which are looked for most. */
  readonly #single = new Int32Array(2 ** 8).fill(-1);
  readonly #double = new Int32Array(2 ** 16).fill(-1);

  /** Reads a file in tiktoken's format: on each line a token in base64 and its id, ids in ascending order. */
  constructor(file: Uint8Array) {
    const lastId = / (\d+)\n?$/.exec(Buffer.from(file.subarray(-16)).toString('latin1'))?.[1];
    this.size = Number(lastId) + 1;
    if (!(this.size <= MAX_TOKENS)) throw new Error('this is no vocabulary of a byte-pair encoding');
    this.#bytes = new Uint8Array(Math.ceil((file.length * 3) / 4));
    this.#offsets = new Uint32Array(this.size + 1);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * this.size)));
    this.maxLength = this.#read(file);
  }

  /** The id of the token with these bytes; −1 when there is none. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    if (length <= 2) {
      return length === 1 ? this.#single[bytes[from]] : this.#double[(bytes[from] << 8) | bytes[from + 1]];
    }
    if (length > this.maxLength) return -1;
    const hash = hashOf(bytes, from, to);
    const mask = this.#slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = this.#slots[at];
      if (slot === 0) return -1;
      if ((slot ^ hash) >>> ID_BITS === 0 && this.#is((slot & ID_MASK) - 1, bytes, from, length)) {
        return (slot & ID_MASK) - 1;
      }
    }
  }

  /** The token of two bytes; −1 when there is none. */
  findPair(first: number, second: number): number {
    return this.#double[(first << 8) | second];
  }

  has(id: number): boolean {
    return id >= 0 && id < this.size && this.#offsets[id] < this.#offsets[id + 1];
  }

  /** The bytes of a token; undefined for an id that has none. */
  bytesOf(id: number): Uint8Array | undefined {
    if (!this.has(id)) return undefined;
    return this.#bytes.subarray(this.#offsets[id], this.#offsets[id + 1]);
  }

  #is(id: number, bytes: Uint8Array, from: number, length: number): boolean {
    const start = this.#offsets[id];
    if (this.#offsets[id + 1] - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.#bytes[start + i] !== bytes[from + i]) return false;
    return true;
  }

  #read(file: Uint8Array): number {
    let end = 0;
    let maxLength = 0;
    let next = 0;
    for (let at = 0; at < file.length; at++) {
      const start = end;
      // Four characters are three bytes; padding counts as zero bits, and its bytes are cut off.
      for (; file[at] !== BLANK; at += 4) {
        const [c, d] = [file[at + 2], file[at + 3]];
        const bits =
          (base64Values[file[at]] << 18) |
          (base64Values[file[at + 1]] << 12) |
          (base64Values[c] << 6) |
          base64Values[d];
        this.#bytes[end] = bits >> 16;
        this.#bytes[end + 1] = bits >> 8;
        this.#bytes[end + 2] = bits;
        end += d !== PADDING ? 3 : c !== PADDING ? 2 : 1;
      }
      let id = 0;
      for (at++; at < file.length && file[at] !== LINE_FEED; at++) id = id * 10 + file[at] - ZERO;
      for (; next <= id; next++) this.#offsets[next] = start;
      this.#offsets[id + 1] = end;
      this.#enter(id, start, end);
      maxLength = Math.max(maxLength, end - start);
    }
    return maxLength;
  }

  #enter(id: number, start: number, end: number): void {
    const bytes = this.#bytes;
    if (end - start === 1) this.#single[bytes[start]] = id;
    else if (end - start === 2) this.#double[(bytes[start] << 8) | bytes[start + 1]] = id;
    const hash = hashOf(bytes, start, end);
    const mask = this.#slots.length - 1;
    let at = hash & mask;
    while (this.#slots[at] !== 0) at = (at + 1) & mask;
    this.#slots[at] = (hash & ~ID_MASK) | (id + 1);
  }
}

/** FNV-1a, with its bits mixed at the end: the low ones choose the slot, the high ones are the tag. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
