/** RFC 6455 section 5.5: a control frame has 125 bytes, of which 2 are the code. */
const MAX_REASON_BYTES = 123;

/** At most the bytes that a close frame has, cut between characters. */
export function cutReason(text: string): string {
  const characters = [...text.slice(0, MAX_REASON_BYTES)];
  while (Buffer.byteLength(characters.join('')) > MAX_REASON_BYTES) characters.pop();
  return characters.join('');
}
