/** Below this, copying bytes to another thread is cheaper than transferring them. */
const TRANSFER_BYTES = 16 * 1024;

/** The buffers of pieces that are better moved than copied; shared ones are neither. */
export function heavy(pieces: readonly Uint8Array[]): ArrayBuffer[] {
  return pieces
    .filter((piece) => piece.byteLength >= TRANSFER_BYTES && piece.byteLength === piece.buffer.byteLength)
    .map(({ buffer }) => buffer)
    .filter((buffer) => buffer instanceof ArrayBuffer);
}
