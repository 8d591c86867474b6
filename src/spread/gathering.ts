/** Where what the parts answer goes: into the answer itself, or into the body of the merge that comes before it. */
import { safetensorsHead } from '../codec/safetensors.ts';
import { inRank } from '../requests/problems/sizes.ts';
import type { Merging } from '../requests/request.ts';
import { type SpreadNote, spreadDocument } from '../requests/spread-note.ts';
import type { Cut, Part } from './part.ts';
import { type ByteRange, bytesOf, joinedRanges, type Placed } from './placed.ts';
import type { Whole } from './whole.ts';

/** The bytes of one tensor of a part's answer, in order, go to these of what is gathered. */
export interface Target {
  tensor: string;
  ranges: readonly ByteRange[];
}

export interface Gathering {
  /** What comes before all that is gathered: the head of a file, or nothing. */
  head: Uint8Array;
  /** Of all, the head included. What no part has is zero. */
  bytes: number;
  targets(part: Part): readonly Target[];
}

/** One of the tensors that are gathered, dense `[B, Hq, Lq, …]`. */
type Gathered = Placed & { tensor: string; split: number };

const itemBytesOf = ({ problem }: Whole): 4 | 8 => (problem.precision === 'float64' ? 8 : 4);

/** The answer of parts that have all the keys of their rows: as one machine writes it, and how it was spread. */
export function gatherAnswer(whole: Whole, kernel: string, spread: SpreadNote): Gathering {
  const { problem, rank, wantsLse } = whole;
  const { precision, batch, numHeads, queryLength, valueDim, scale } = problem;
  const shape = [batch, numHeads, queryLength, valueDim];
  const itemBytes = itemBytesOf(whole);
  const names = ['output', ...(wantsLse ? ['lse'] : [])];
  const shapes = [inRank(rank, shape), inRank(rank, shape.slice(0, 3))];
  const head = safetensorsHead(
    names.map((name, i) => {
      const bytes = shapes[i].reduce((product, size) => product * size, itemBytes);
      return { name, dtype: precision === 'float64' ? 'F64' : 'F32', shape: shapes[i], bytes };
    }),
    {
      kernel: precision === 'float64' ? 'reference' : kernel,
      scale: String(scale),
      shape: JSON.stringify(shape),
      spread: JSON.stringify(spreadDocument(spread)),
    },
  );
  return gathering(
    head,
    follow(
      whole,
      head.length,
      names.map((tensor) => ({ tensor, split: 0, itemBytes })),
    ),
  );
}

/** The body of a merge, see `Merging`. */
export function gatherSplits(whole: Whole, { grid: { splits } }: Cut): Gathering {
  const all = Array.from({ length: splits }, (_, split) => split);
  const softmax = all.flatMap((split) => ['max', 'sum'].map((tensor) => ({ tensor, split, itemBytes: 8 })));
  const outputs = all.map((split) => ({ tensor: 'output', split, itemBytes: itemBytesOf(whole) }));
  return gathering(new Uint8Array(0), follow(whole, 0, [...softmax, ...outputs]));
}

export function mergingOf({ problem, rank, wantsLse }: Whole, { grid }: Cut, spread: SpreadNote): Merging {
  const { precision, batch, numHeads, queryLength, valueDim, scale } = problem;
  return { precision, batch, numHeads, queryLength, valueDim, scale, grid, rank, wantsLse, spread };
}

/** Tensors that follow each other from byte `at` on. */
function follow(
  { problem }: Whole,
  at: number,
  tensors: readonly Pick<Gathered, 'tensor' | 'split' | 'itemBytes'>[],
): Gathered[] {
  const { batch, numHeads, queryLength, valueDim } = problem;
  let start = at;
  return tensors.map((each) => {
    const sizes = [batch, numHeads, queryLength, each.tensor === 'output' ? valueDim : 1] as const;
    const placed = { ...each, dtype: '', sizes, start };
    start += sizes.reduce((product, size) => product * size, each.itemBytes);
    return placed;
  });
}

function gathering(head: Uint8Array, tensors: readonly Gathered[]): Gathering {
  const bytes = tensors.reduce(
    (sum, { sizes, itemBytes }) => sum + sizes.reduce((product, size) => product * size, itemBytes),
    head.length,
  );
  const targets = ({ entries, heads, rows, split }: Part) =>
    tensors
      .filter((each) => each.split === split)
      .map((each) => {
        const ranges = bytesOf(each, [entries, heads, rows, [0, each.sizes[3]]]);
        return { tensor: each.tensor, ranges: joinedRanges(ranges, Number.POSITIVE_INFINITY) ?? [] };
      });
  return { head, bytes, targets };
}
