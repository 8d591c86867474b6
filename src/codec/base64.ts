/** Bytes in text (RFC 4648 section 4), strictly: Node's own decoder skips what it does not know. */

/** The padding that may follow, by the number of digits modulo 4; a single digit over is never right. */
const PADDING = ['', undefined, '==', '='];

/** The number of bytes that the text stands for, or `undefined` when it is not base64. Padding may be left out. */
export function base64Length(text: string): number | undefined {
  // A search for the first other character needs no backtracking, as /^[…]*={0,2}$/ would: texts may be 60 MB long.
  const other = text.search(/[^A-Za-z0-9+/]/);
  const digits = other < 0 ? text.length : other;
  const padding = PADDING[digits % 4];
  if (padding === undefined) return undefined;
  if (other >= 0 && text.slice(digits, digits + 3) !== padding) return undefined;
  return Math.floor((digits * 3) / 4);
}

/** Decodes text that `base64Length` has measured into exactly as many bytes. */
export function decodeBase64(text: string, into: Uint8Array): void {
  const written = Buffer.from(into.buffer, into.byteOffset, into.byteLength).write(text, 'base64');
  if (written !== into.byteLength) throw new Error(`decoded ${written} bytes of base64 instead of ${into.byteLength}`);
}
