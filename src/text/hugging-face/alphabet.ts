/** GPT-2's alphabet of bytes: those that print stand for themselves, the others for characters from U+0100 on. */
const byteOf = new Map<string, number>();
let next = 0x100;
for (let byte = 0; byte < 256; byte++) {
  const prints = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  byteOf.set(String.fromCharCode(prints ? byte : next++), byte);
}
/** A character of it has two bytes at most; with an escape it has up to six. */
const MAX_BYTES = 6;

/** Which letters of the alphabet a vocabulary has. */
export class Alphabet {
  readonly #met = new Set<number>();

  get isComplete(): boolean {
    return this.#met.size === byteOf.size;
  }

  /** A word of the vocabulary, as it stands in JSON between its quotes. */
  meet(json: Uint8Array, start: number, end: number): void {
    if (end - start > MAX_BYTES) return;
    // Two bytes are one character of two, or two of one; nearly all short words end here.
    if (end - start > 2 && json[start] !== 0x5c) return;
    const text = Buffer.from(json.subarray(start, end)).toString();
    try {
      const byte = byteOf.get(text.startsWith('\\') ? JSON.parse(`"${text}"`) : text);
      if (byte !== undefined) this.#met.add(byte);
    } catch {
      // An escape that there is not is no letter; who loads the file says so.
    }
  }
}

/** What the byte-level decoder makes of a token: bytes, if all of it is of the alphabet, and else its text. */
export function byteLevelText(token: string): string {
  const bytes = [...token].map((character) => byteOf.get(character));
  return bytes.includes(undefined) ? token : Buffer.from(bytes.map(Number)).toString();
}
