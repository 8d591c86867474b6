/** Places in UTF-8 bytes. All of these trust that the bytes are valid UTF-8. */

/** Whether a byte continues a character that began before it. */
export function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Where the character begins that `at` lies in. */
export function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && isContinuation(bytes[start])) start--;
  return start;
}

/** Where the character ends that a token ending at `at` has cut; `at` itself when it cuts none. */
export function characterEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && isContinuation(bytes[end])) end++;
  return end;
}

/** The text of bytes `from` to `to`. */
export function textIn(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString();
}

/** The UTF-16 code units of the characters that begin in bytes `from` to `to`. */
export function codeUnits(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (!isContinuation(byte)) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}
