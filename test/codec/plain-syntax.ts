/** Where a text stops being JSON (RFC 8259), as a byte offset: one character after the other, to compare the reader with. */

const WORDS: Readonly<Record<string, readonly number[]>> = {
  t: [...Buffer.from('true')],
  f: [...Buffer.from('false')],
  n: [...Buffer.from('null')],
};

class Syntax {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The offset of the first byte that cannot stand where it stands, the length when the end comes too early, or −1. */
  firstError(): number {
    return this.#document() ? -1 : this.#at;
  }

  #document(): boolean {
    /** The brackets that are open, as the characters that close them. */
    const open: string[] = [];
    for (;;) {
      // Before a value.
      this.#space();
      const opening = this.#peek();
      if (opening === '[' || opening === '{') {
        this.#at++;
        this.#space();
        const closing = opening === '[' ? ']' : '}';
        if (!this.#take(closing)) {
          open.push(closing);
          if (closing === '}' && !this.#memberName()) return false;
          continue;
        }
      } else if (!this.#scalar()) return false;
      // After a value.
      for (;;) {
        this.#space();
        const closing = open.at(-1);
        if (closing === undefined) return this.#at === this.#bytes.length;
        if (this.#take(closing)) {
          open.pop();
          continue;
        }
        if (!this.#take(',')) return false;
        if (closing === '}' && !this.#memberName()) return false;
        break;
      }
    }
  }

  #memberName(): boolean {
    this.#space();
    if (!this.#text()) return false;
    this.#space();
    return this.#take(':');
  }

  #scalar(): boolean {
    const first = this.#peek();
    if (first === '"') return this.#text();
    const word = Object.hasOwn(WORDS, first) ? WORDS[first] : undefined;
    if (word === undefined) return this.#number();
    for (const byte of word) {
      if (this.#bytes[this.#at] !== byte) return false;
      this.#at++;
    }
    return true;
  }

  #text(): boolean {
    if (!this.#take('"')) return false;
    for (; this.#at < this.#bytes.length; this.#at++) {
      const byte = this.#bytes[this.#at];
      if (byte < 0x20) return false;
      if (byte === 0x22) return this.#take('"');
      if (byte !== 0x5c) continue;
      this.#at++;
      if (this.#peek() !== 'u') {
        if (!'"\\/bfnrt'.includes(this.#peek() || ' ')) return false;
        continue;
      }
      for (let digit = 0; digit < 4; digit++) {
        this.#at++;
        if (!/^[0-9a-fA-F]$/.test(this.#peek())) return false;
      }
    }
    return false;
  }

  #number(): boolean {
    this.#take('-');
    if (!this.#take('0') && !this.#digits()) return false;
    if (this.#take('.') && !this.#digits()) return false;
    if (!this.#take('e') && !this.#take('E')) return true;
    if (!this.#take('+')) this.#take('-');
    return this.#digits();
  }

  #digits(): boolean {
    const start = this.#at;
    while (this.#bytes[this.#at] >= 0x30 && this.#bytes[this.#at] <= 0x39) this.#at++;
    return this.#at > start;
  }

  #space(): void {
    for (; this.#at < this.#bytes.length; this.#at++) {
      const byte = this.#bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
    }
  }

  #peek(): string {
    return this.#at < this.#bytes.length ? String.fromCharCode(this.#bytes[this.#at]) : '';
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }
}

/** The byte offset at which UTF-8 text stops being JSON; −1 when it is JSON. */
export function firstSyntaxError(bytes: Uint8Array): number {
  return new Syntax(bytes).firstError();
}
