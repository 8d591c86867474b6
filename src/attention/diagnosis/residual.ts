import type { Floats } from '../../tensor/tensor.ts';
import type { Diagnosis } from './diagnosis.ts';
import { type Place, rowWidth, unitCount } from './dump.ts';

/** Σ (given − tried)² over the first numbers of a row; what is no number on both sides is alike, on one side infinitely far. */
export function squaredError(given: Floats, start: number, tried: ArrayLike<number>, dims = tried.length): number {
  let sum = 0;
  for (let x = 0; x < dims; x++) {
    const [a, b] = [given[start + x], tried[x]];
    const difference = a - b;
    if (Number.isFinite(difference)) sum += difference * difference;
    else if (!Object.is(a, b)) return Number.POSITIVE_INFINITY;
  }
  return sum;
}

/** Where a row of the given output begins. */
export function givenStart({ dump }: Pick<Diagnosis, 'dump'>, { batch, unit, row }: Place): number {
  return ((batch * unitCount(dump) + unit) * dump.problem.queryLength + row) * rowWidth(dump);
}

/** What is right of a row, as it was computed for all: in float64, or by the kernel. */
export function rightRow({ dump, exact }: Diagnosis, place: Place): ArrayLike<number> {
  const width = rowWidth(dump);
  if (exact !== undefined) {
    const start = givenStart({ dump }, place);
    return exact.subarray(start, start + width);
  }
  const { data, batchStride, headStride, rowStride } = dump.right;
  const start = place.batch * batchStride + place.unit * headStride + place.row * rowStride;
  return data.subarray(start, start + width);
}
