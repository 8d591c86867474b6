/** Tensors → the bytes of a `.npz`, stored as np.savez does. */
import { zipSync } from 'fflate';
import { npyOf } from './npy/npy-of.ts';
import type { Tensor } from './tensor.ts';

/** The first day that zip knows: the same numbers give the same bytes. */
const FIRST_DAY = new Date(1980, 0, 1);

/** Tensors without a name are called as np.savez calls them: arr_0, arr_1, … Names are expected to differ. */
export function npzOf(tensors: readonly Tensor[]): Uint8Array<ArrayBuffer> {
  const members = tensors.map((tensor, index) => [`${tensor.name || `arr_${index}`}.npy`, npyOf(tensor)] as const);
  return zipSync(Object.fromEntries(members), { level: 0, mtime: FIRST_DAY });
}
