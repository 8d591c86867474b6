import type { TensorRequest } from '../../src/codec/tensor-request.ts';
import { RequestError } from '../../src/errors.ts';
import type { Memory } from '../../src/tensor/memory.ts';
import type { InputTensor } from '../../src/tensor/tensor.ts';

export const limits = { maxElements: 2 ** 24 };

/** Plain memory, filled with what must not be seen. */
export const allocate: Memory = (bytes) => ({ buffer: new Uint8Array(bytes).fill(0xab).buffer, byteOffset: 0 });

/** A request whose rows are all read: what is not finite in them is a fault. */
export function allRead<T extends InputTensor>(request: TensorRequest<T>): TensorRequest<T> {
  for (const name of request.tensors.keys()) {
    const odd = request.nonFinite.get(name);
    if (odd !== undefined) throw odd.fault(odd.first);
  }
  return request;
}

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
