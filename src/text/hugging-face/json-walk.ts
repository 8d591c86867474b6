/** Walks over JSON in bytes without making anything of it. What it passes over is not judged to the last byte. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const isWhite = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
/** What a number or one of true, false and null is written with. */
const isBare = (byte: number) =>
  isDigit(byte) ||
  byte === MINUS ||
  byte === 0x2b ||
  byte === 0x2e ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a);

/** The place of a reader in the text. Each method reads what comes next, white space before it included. */
export class JsonWalk {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    if (hasMark) throw new Error('it begins with a byte order mark, which JSON has not');
    this.at = 0;
  }

  white(): void {
    while (isWhite(this.bytes[this.at])) this.at++;
  }

  isNext(character: '{' | '[' | '"'): boolean {
    this.white();
    return this.bytes[this.at] === character.charCodeAt(0);
  }

  /** The members of an object; `onValue` has to read the value. Names are made only where nobody takes them as `onName`, in bytes. */
  object(onValue: (name: string) => void, onName?: (start: number, end: number) => void): void {
    this.#expect(OPEN_OBJECT, '{');
    if (this.#took(CLOSE_OBJECT)) return;
    do {
      this.white();
      const start = this.at + 1;
      this.string('a name');
      let name = '';
      if (onName === undefined) name = Buffer.from(this.bytes.subarray(start, this.at - 1)).toString();
      else onName(start, this.at - 1);
      this.#expect(COLON, ':');
      onValue(name);
    } while (this.#took(COMMA));
    this.#expect(CLOSE_OBJECT, '}');
  }

  /** The items of an array; `onItem` has to read each. */
  array(onItem: () => void): void {
    this.#expect(OPEN_ARRAY, '[');
    if (this.#took(CLOSE_ARRAY)) return;
    do onItem();
    while (this.#took(COMMA));
    this.#expect(CLOSE_ARRAY, ']');
  }

  /** An array of a string and something else. */
  pair(what: string, shape: string, readSecond: () => void): void {
    if (!this.isNext('[')) throw new Error(`${what} must be ${shape}, and is not at byte ${this.at}`);
    this.#expect(OPEN_ARRAY, '[');
    this.string(what);
    this.#expect(COMMA, ',');
    readSecond();
    this.#expect(CLOSE_ARRAY, ']');
  }

  string(what: string): void {
    this.white();
    const { bytes } = this;
    let { at } = this;
    if (bytes[at] !== QUOTE) throw new Error(`${what} must be a string at byte ${at}`);
    at++;
    while (bytes[at] !== QUOTE) {
      if (at >= bytes.length) throw new Error(`it ends within a string, which begins at byte ${this.at}`);
      at += bytes[at] === BACKSLASH ? 2 : 1;
    }
    this.at = at + 1;
  }

  /** An integer of at least 0. */
  integer(what: string): number {
    this.white();
    const { bytes } = this;
    const start = this.at;
    let value = 0;
    while (isDigit(bytes[this.at])) value = 10 * value + bytes[this.at++] - 0x30;
    if (this.at === start || isBare(bytes[this.at]) || value > 2 ** 31 - 1)
      throw new Error(`${what} must have integers of at least 0 as ids, and has not at byte ${start}`);
    return value;
  }

  number(what: string): void {
    this.white();
    const start = this.at;
    while (isBare(this.bytes[this.at])) this.at++;
    const text = Buffer.from(this.bytes.subarray(start, Math.min(this.at, start + 64))).toString();
    if (!/^-?\d/.test(text) || Number.isNaN(Number(text)))
      throw new Error(`${what} must have numbers as scores, and has not at byte ${start}`);
  }

  /** Any value. */
  skip(): void {
    this.white();
    const { bytes } = this;
    let depth = 0;
    do {
      this.white();
      const byte = bytes[this.at];
      if (this.at >= bytes.length) throw new Error('it ends within a value: it is cut off');
      if (byte === QUOTE) this.string('a value');
      else {
        if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
        else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
        else if (byte !== COMMA && byte !== COLON) while (isBare(bytes[this.at + 1])) this.at++;
        this.at++;
      }
    } while (depth > 0);
  }

  end(): void {
    this.white();
    if (this.at < this.bytes.length) throw new Error(`more than an object is in it, from byte ${this.at} on`);
  }

  #took(byte: number): boolean {
    this.white();
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  #expect(byte: number, character: string): void {
    if (this.#took(byte)) return;
    if (this.at >= this.bytes.length) throw new Error(`it ends where ${character} must stand: it is cut off`);
    throw new Error(`it is not JSON: ${character} must stand at byte ${this.at}`);
  }
}
