/** Options that may differ from one batch entry, or one head, to the next. */
import type { AttentionOptions } from '../../codec/attention-options.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import { floatTensor, type NamedInputs } from './named-tensors.ts';
import { requireOneForEach } from './one-for-each.ts';

/** One length a batch entry, by default the longest there may be. @throws RequestError */
export function readLengths(
  name: string,
  lengths: readonly number[] | undefined,
  { batch, limit }: { batch: number; limit: number },
): readonly number[] {
  if (lengths === undefined) return new Array<number>(batch).fill(limit);
  requireOneForEach(name, lengths, { count: batch, of: 'batch entries' });
  const over = lengths.findIndex((length) => length > limit);
  if (over >= 0) {
    throw new RequestError('invalid_option', `${name} has ${lengths[over]}, but there are only ${limit}`, {
      pointer: pointerTo(name, over),
    });
  }
  return lengths;
}

/** Where the first query of each batch entry stands among the keys. @throws RequestError */
export function readOffsets(
  { isCausal, queryOffset }: AttentionOptions,
  sizes: { batch: number; queryLength: number; pastLength: number; keyLengths: readonly number[] },
): readonly number[] {
  if (isCausal === 'lower_right') {
    if (queryOffset !== undefined) {
      const detail = 'is_causal "lower_right" sets the offset itself: leave query_offset out, or use is_causal true';
      throw new RequestError('conflicting_options', detail, { pointer: '/query_offset' });
    }
    return sizes.keyLengths.map((valid) => valid - sizes.queryLength);
  }
  if (queryOffset === undefined) return new Array<number>(sizes.batch).fill(sizes.pastLength);
  if (typeof queryOffset === 'number') return new Array<number>(sizes.batch).fill(queryOffset);
  requireOneForEach('query_offset', queryOffset, { count: sizes.batch, of: 'batch entries' });
  return queryOffset;
}

/** One slope for each query head, `[H]`, or for each of each batch entry, `[B·H]`. @throws RequestError */
export function readSlopes(
  slopes: AttentionOptions['alibiSlopes'],
  { batch, numHeads }: { batch: number; numHeads: number },
): readonly number[] | undefined {
  if (slopes === undefined) return undefined;
  const heads = { count: numHeads, of: 'query heads' };
  const flat = slopes.flat();
  if (slopes.every((slope) => typeof slope === 'number')) requireOneForEach('alibi_slopes', flat, heads);
  else {
    requireOneForEach('alibi_slopes', slopes, { count: batch, of: 'batch entries' });
    for (const list of slopes) if (typeof list === 'object') requireOneForEach('alibi_slopes', list, heads);
  }
  return flat;
}

/** One sink for all query heads, or one for each. @throws RequestError */
export function readSinks(tensors: NamedInputs, numHeads: number): readonly number[] | undefined {
  if (!tensors.has('sinks')) return undefined;
  const { data } = floatTensor(tensors, 'sinks');
  requireOneForEach('sinks', data, { count: numHeads, of: 'query heads', orOne: true });
  if (data.every((sink) => sink === Number.NEGATIVE_INFINITY)) return undefined;
  return Array.from({ length: numHeads }, (_, head) => data[data.length === 1 ? 0 : head]);
}
