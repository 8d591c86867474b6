import type { Allocate } from '../../src/codec/tensor-request.ts';
import { RequestError } from '../../src/errors.ts';

export const limits = { maxElements: 2 ** 24 };

/** Plain memory, filled with what must not be seen. */
export const allocate: Allocate = (bytes) => ({ buffer: new Uint8Array(bytes).fill(0xab).buffer, byteOffset: 0 });

/** What a reader throws, as the wire would tell it; fails when it does not throw. */
export function refusal(read: () => unknown): { status: number; code: string; pointer?: string; detail: string } {
  try {
    read();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { status, code, pointer, message: detail } = error;
    return pointer === undefined ? { status, code, detail } : { status, code, pointer, detail };
  }
  throw new Error('it was read');
}
