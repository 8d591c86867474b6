import { RequestError } from '../errors.ts';
import type { HeadsView } from '../tensor/tensor.ts';
import type { FloatProblem } from './problem.ts';

/** Rotary position embedding (Su et al. 2021, RoFormer) of the first `dim` numbers of each head. */
export interface Rotary {
  base: number;
  /** How many numbers of each head turn; even. */
  dim: number;
  /** true: pairs (0,1), (2,3) … as in GPT-J; false: pairs (i, i + dim/2) as in GPT-NeoX and Llama. */
  interleaved: boolean;
}

/** Positions for rotary: one list for all batch entries, or one a batch entry. */
export type PositionList = readonly number[] | readonly (readonly number[])[];
export type RotaryPositions = PositionList | { query: PositionList; key: PositionList };

/**
 * Turns the queries and the new keys of a problem, in place. Query i stands at i + offset, key j at j, unless positions
 * are given. Past keys stay as they are: a cache holds keys that were turned when they were new.
 * @throws RequestError when `dim` or the positions do not fit
 */
export function rotateQueryAndKey(
  problem: FloatProblem,
  rotary: Rotary & { positions?: RotaryPositions | undefined },
  pastLength: number,
): void {
  const { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim } = problem;
  if (rotary.dim > headDim) {
    throw new RequestError('invalid_option', `rotary.dim is ${rotary.dim}, but a head has only ${headDim} numbers`, {
      pointer: '/rotary/dim',
    });
  }
  const { positions } = rotary;
  const [ofQuery, ofKey] =
    positions === undefined || !('query' in positions) ? [positions, positions] : [positions.query, positions.key];
  const queryPosition = positionReader(ofQuery, { batch, length: queryLength, what: 'queries' });
  const keyPosition = positionReader(ofKey, { batch, length: keyLength - pastLength, what: 'new keys' });
  const { queryLengths, keyLengths } = problem;
  const queries = { batch, heads: numHeads, rowStart: 0, rowEnd: queryLength, lengths: queryLengths };
  rotate(problem.query, queries, rotary, (entry, row) =>
    queryPosition ? queryPosition(entry, row) : row + problem.offsets[entry],
  );
  const keys = { batch, heads: numKeyHeads, rowStart: pastLength, rowEnd: keyLength, lengths: keyLengths };
  rotate(problem.key, keys, rotary, (entry, row) => (keyPosition ? keyPosition(entry, row - pastLength) : row));
}

function positionReader(
  positions: PositionList | undefined,
  { batch, length, what }: { batch: number; length: number; what: string },
): ((entry: number, row: number) => number) | undefined {
  if (positions === undefined) return undefined;
  const lists = isNested(positions) ? positions : [positions];
  const fits = (lists.length === 1 || lists.length === batch) && lists.every((list) => list.length === length);
  if (!fits) {
    throw new RequestError(
      'shape_mismatch',
      `rotary.positions needs one position for each of the ${length} ${what}, in one list or in one for each of the ${batch} batch entries; where queries and keys differ, give { query, key }`,
      { pointer: '/rotary/positions' },
    );
  }
  return (entry, row) => lists[lists.length === 1 ? 0 : entry][row];
}

function isNested(positions: PositionList): positions is readonly (readonly number[])[] {
  return typeof positions[0] === 'object';
}

/**
 * Turns each pair x of a row at position p by the angle p·base^(−2x/dim), in place, in float64.
 * `positions(batch, row)` gives p; rows from `lengths[batch]` on are padding and stay as they are.
 */
export function rotate(
  view: HeadsView,
  shape: { batch: number; heads: number; rowStart: number; rowEnd: number; lengths: readonly number[] },
  rotary: Rotary,
  positions: (batch: number, row: number) => number,
): void {
  const half = rotary.dim / 2;
  const frequencies = Float64Array.from({ length: half }, (_, x) => rotary.base ** ((-2 * x) / rotary.dim));
  const cos = new Float64Array(half);
  const sin = new Float64Array(half);
  const step = rotary.interleaved ? 2 : 1;
  const partner = rotary.interleaved ? 1 : half;
  const { data } = view;
  for (let batch = 0; batch < shape.batch; batch++) {
    for (let row = shape.rowStart; row < Math.min(shape.rowEnd, shape.lengths[batch]); row++) {
      const position = positions(batch, row);
      for (let x = 0; x < half; x++) {
        cos[x] = Math.cos(position * frequencies[x]);
        sin[x] = Math.sin(position * frequencies[x]);
      }
      for (let head = 0; head < shape.heads; head++) {
        const start = batch * view.batchStride + head * view.headStride + row * view.rowStride;
        for (let x = 0; x < half; x++) {
          const a = data[start + x * step];
          const b = data[start + x * step + partner];
          data[start + x * step] = a * cos[x] - b * sin[x];
          data[start + x * step + partner] = a * sin[x] + b * cos[x];
        }
      }
    }
  }
}
