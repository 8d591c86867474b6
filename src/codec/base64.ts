/** Bytes in text (RFC 4648 section 4), strictly: Node's own decoder skips what it does not know. */

/** The padding that may follow, by the number of digits modulo 4; a single digit over is never right. */
const PADDING = ['', undefined, '==', '='];

/** How many bytes a text of this length stands for if it is base64; `undefined` when it cannot be. Padding may be left out. */
export function base64Length(text: string): number | undefined {
  let digits = text.length;
  while (digits > text.length - 2 && text[digits - 1] === '=') digits--;
  const padding = text.slice(digits);
  if (padding !== '' && padding !== PADDING[digits % 4]) return undefined;
  return digits % 4 === 1 ? undefined : Math.floor((digits * 3) / 4);
}

/** Decodes text into as many bytes as `base64Length` expects of it; false when a character is not one of base64. */
export function decodeBase64(text: string, into: Uint8Array): boolean {
  // Node decodes the alphabet for URLs too, and reads characters beyond a byte as if they were one.
  if (text.includes('-') || text.includes('_') || Buffer.byteLength(text) !== text.length) return false;
  // Each character that it skips is missing from the length.
  return Buffer.from(into.buffer, into.byteOffset, into.byteLength).write(text, 'base64') === into.byteLength;
}
