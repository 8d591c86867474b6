import type { Allocate, TensorRequest } from '../../src/codec/tensor-request.ts';
import { RequestError } from '../../src/errors.ts';
import { firstNonFiniteHalf } from '../../src/tensor/half.ts';
import { firstNonFinite, type InputTensor, isHalfTensor } from '../../src/tensor/tensor.ts';

export const limits = { maxElements: 2 ** 24 };

/** Plain memory, filled with what must not be seen. */
export const allocate: Allocate = (bytes) => ({ buffer: new Uint8Array(bytes).fill(0xab).buffer, byteOffset: 0 });

/** A request whose rows are all read: what is not finite in them is a fault. */
export function allRead<T extends InputTensor>(request: TensorRequest<T>): TensorRequest<T> {
  const tensors: ReadonlyMap<string, InputTensor> = request.tensors;
  for (const [name, tensor] of tensors) {
    const fault = request.nonFinite.get(name);
    if (fault === undefined || tensor.dtype === 'bool') continue;
    throw fault(isHalfTensor(tensor) ? firstNonFiniteHalf(tensor.dtype, tensor.data) : firstNonFinite(tensor.data));
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
