/** The request that a part is: a safetensors file with a header of its own, and ranges of the bytes of the whole behind it. */
import { safetensorsHead, type TensorOutline } from '../codec/safetensors.ts';
import type { SpreadBy } from '../requests/spread-note.ts';
import type { Part } from './part.ts';
import {
  type AxisRange,
  type Box,
  type ByteRange,
  boxIn,
  boxSizes,
  bytesIn,
  bytesOf,
  joinedRanges,
  type Placed,
} from './placed.ts';
import type { NotSpread, Whole } from './whole.ts';

export interface PartFile {
  head: Uint8Array;
  /** Bytes of the body of the whole, to be put one behind the other. */
  ranges: readonly ByteRange[];
  /** Of the file. */
  bytes: number;
}

/** Ranges of a part beyond which reading them one by one takes longer than what it saves. */
const MOST_RANGES = 2048;
/** A header that travels with each part. */
const MOST_HEAD_BYTES = 64 * 1024;

/** @param by what the parts are cut by */
export function partFile(whole: Whole, part: Part, by: SpreadBy): PartFile | NotSpread {
  const tensors = tensorsOf(whole, part).toSorted((a, b) => b.itemBytes - a.itemBytes);
  const outlines: TensorOutline[] = tensors.map(({ name, dtype, itemBytes, shape }) => {
    return { name, dtype, shape, bytes: itemBytes * shape.reduce((product, size) => product * size, 1) };
  });
  const head = safetensorsHead(outlines, optionsOf(whole, part, by));
  if (head.length > MOST_HEAD_BYTES) return { why: 'its options are too long to travel with each part' };
  const ranges = joinedRanges(everyRange(tensors), MOST_RANGES);
  if (ranges === undefined) return { why: 'the bytes of a part do not lie together' };
  return { head, ranges, bytes: head.length + bytesIn(ranges) };
}

interface Cutout {
  name: string;
  dtype: string;
  itemBytes: number;
  shape: readonly number[];
  ranges: Iterable<ByteRange>;
}

function* everyRange(tensors: readonly Cutout[]): Generator<ByteRange> {
  for (const { ranges } of tensors) yield* ranges;
}

function tensorsOf({ problem, query, key, value, mask, sinks }: Whole, part: Part): Cutout[] {
  const { entries, heads, rows, keys } = part;
  const keyHeads = keyHeadsOf(part, problem.numHeads / problem.numKeyHeads);
  const cutouts = [
    cutout('query', query, [entries, heads, rows, [0, problem.headDim]]),
    joinedCutout('key', key, [entries, keyHeads, keys, [0, problem.headDim]]),
    joinedCutout('value', value, [entries, keyHeads, keys, [0, problem.valueDim]]),
  ];
  if (mask !== undefined) cutouts.push(cutout('attn_mask', mask, [entries, heads, rows, keys]));
  if (sinks !== undefined) {
    const { shape, ...numbers } = cutout('sinks', sinks, [[0, 1], [0, 1], [0, 1], heads]);
    cutouts.push({ ...numbers, shape: shape.slice(-1) });
  }
  return cutouts;
}

/** The key heads that some query heads read. */
function keyHeadsOf({ heads: [start, end] }: Part, group: number): AxisRange {
  return [Math.floor(start / group), Math.ceil(end / group)];
}

function cutout(name: string, tensor: Placed, of: Box): Cutout {
  const box = boxIn(tensor, of);
  const { dtype, itemBytes } = tensor;
  return { name, dtype, itemBytes, shape: boxSizes(box), ranges: bytesOf(tensor, box) };
}

/** The same of tensors whose rows go on in each other, such as past and new keys, head by head. */
function joinedCutout(name: string, tensors: readonly Placed[], of: Box): Cutout {
  const [only] = tensors;
  if (tensors.length === 1) return cutout(name, only, of);
  const { dtype, itemBytes } = only;
  return { name, dtype, itemBytes, shape: boxSizes(of), ranges: headByHead(tensors, of) };
}

function* headByHead(tensors: readonly Placed[], [entries, heads, [from, to], columns]: Box): Generator<ByteRange> {
  for (let b = entries[0]; b < entries[1]; b++) {
    for (let h = heads[0]; h < heads[1]; h++) {
      let before = 0;
      for (const tensor of tensors) {
        const length = tensor.sizes[2];
        const own: AxisRange = [within(from - before, length), within(to - before, length)];
        const [entry] = boxIn(tensor, [[b, b + 1], [h, h + 1], own, columns]);
        yield* bytesOf(tensor, [entry, [h, h + 1], own, columns]);
        before += length;
      }
    }
  }
}

/** What a part asks for: the options of the whole, with positions and lengths that count from its own first row and key. */
function optionsOf(
  { problem, options, wantsLse }: Whole,
  { entries, heads, rows, keys }: Part,
  by: SpreadBy,
): Record<string, string> {
  const each = (numbers: readonly number[], own: (number: number) => number) =>
    JSON.stringify(numbers.slice(entries[0], entries[1]).map(own));
  const { left, right } = problem.window;
  const slopes = slopesOf(problem, entries, heads);
  return {
    precision: problem.precision,
    scale: JSON.stringify(problem.scale),
    softcap: JSON.stringify(problem.softcap),
    is_causal: String(problem.causal),
    query_offset: each(problem.offsets, (offset) => offset + rows[0] - keys[0]),
    ...(Math.min(left, right) < Number.POSITIVE_INFINITY && {
      window: JSON.stringify({ left: side(left), right: side(right) }),
    }),
    ...(slopes && { alibi_slopes: JSON.stringify(slopes) }),
    ...(options.attnMaskType && { attn_mask_type: options.attnMaskType }),
    ...(options.keyLengths && {
      key_lengths: each(problem.keyLengths, (length) => within(length - keys[0], keys[1] - keys[0])),
    }),
    ...(options.queryLengths && {
      query_lengths: each(problem.queryLengths, (length) => within(length - rows[0], rows[1] - rows[0])),
    }),
    ...(wantsLse && by !== 'keys' && { outputs: '["lse"]' }),
  };
}

const within = (count: number, most: number): number => Math.max(0, Math.min(count, most));
const side = (reach: number): number | null => (reach === Number.POSITIVE_INFINITY ? null : reach);

/** One slope a head, or one a head of each batch entry. */
function slopesOf(
  { alibiSlopes, numHeads }: Whole['problem'],
  [first, last]: AxisRange,
  heads: AxisRange,
): number[] | number[][] | undefined {
  if (alibiSlopes === undefined) return undefined;
  if (alibiSlopes.length === numHeads) return alibiSlopes.slice(...heads);
  return Array.from({ length: last - first }, (_, i) => {
    const entry = (first + i) * numHeads;
    return alibiSlopes.slice(entry + heads[0], entry + heads[1]);
  });
}
