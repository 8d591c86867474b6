import { FORMAT, MASK_NUMBERS, PLACE } from '../../src/kernels/native/layout.ts';

/** The numbers of `attend` by name, and those of one mask. */
export type AttendNumbers = Partial<Record<keyof typeof PLACE.attend | 'maskRowStride' | 'maskKeyStride', number>>;

export const sizes = { rows: 3, keys: 5, dim: 4 };

/** A task of the addon that just fits its arrays, with a mask if there is one; `change` overwrites numbers. */
export function attendNumbers(change: AttendNumbers = {}): Float64Array {
  const { rows, keys, dim } = sizes;
  const numbers = new Float64Array(PLACE.attend.masks + MASK_NUMBERS);
  const place = { ...PLACE.attend, maskRowStride: PLACE.attend.masks + 1, maskKeyStride: PLACE.attend.masks + 2 };
  const task: AttendNumbers = {
    ...{ rows, keys, headDim: dim, valueDim: dim, visibleRows: rows, visibleKeys: keys, scale: 0.5 },
    ...{ queryStride: dim, keyStride: dim, valueStride: dim, outputStride: dim, maskRowStride: keys, maskKeyStride: 1 },
    ...{ queryFormat: FORMAT.float32, keyFormat: FORMAT.float32, valueFormat: FORMAT.float32 },
    ...{ left: Number.POSITIVE_INFINITY, right: Number.POSITIVE_INFINITY },
    ...change,
  };
  const given = new Map(Object.entries(task));
  for (const [name, at] of Object.entries(place)) numbers[at] = given.get(name) ?? 0;
  return numbers;
}
