/** Bytes as text, and back (RFC 4648). */

/** What newer browsers have: of 5 MB it takes 5 ms, by hand 60. */
const native: { fromBase64?(text: string): Uint8Array<ArrayBuffer> } & Uint8ArrayConstructor = Uint8Array;
/** A function takes so many arguments everywhere. */
const AT_ONCE = 8192;

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  if (native.fromBase64 !== undefined) return native.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export function base64Of(bytes: Uint8Array & { toBase64?(): string }): string {
  if (bytes.toBase64 !== undefined) return bytes.toBase64();
  let text = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE) text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  return btoa(text);
}
