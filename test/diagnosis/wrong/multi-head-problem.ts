/** Random small requests of /attention/multi-head. */
import type { MultiHeadFields } from './fields.ts';
import { listOf, type Matrix } from './nested.ts';
import type { Random } from './random.ts';

/** What must be so of a request; all else is drawn. */
export interface MultiHeadWish {
  numHeads?: number;
  /** Query, key and value are three tensors of different lengths, not one. */
  isCross?: boolean;
  hasBias?: boolean;
  hasMask?: boolean;
  hasPadding?: boolean;
  isCausal?: boolean;
}

export function multiHeadProblemOf(random: Random, wish: MultiHeadWish): MultiHeadFields {
  const batch = random.integer(1, 2);
  const numHeads = wish.numHeads ?? random.integer(2, 4);
  const width = numHeads * random.pick([4, 8]);
  const isCross = wish.isCross ?? random.chance(0.3);
  const queryLength = random.integer(5, 10);
  const keyLength = isCross ? random.integer(5, 12) : queryLength;
  const rows = (length: number) => listOf(batch, () => matrix(random, length, width, 1));
  const query = rows(queryLength);
  const key = isCross ? rows(keyLength) : query;
  const fields: MultiHeadFields = {
    ...{ query, key, value: isCross ? rows(keyLength) : query, num_heads: numHeads },
    in_proj_weight: matrix(random, 3 * width, width, 2 / Math.sqrt(width)),
    out_proj_weight: matrix(random, width, width, 1 / Math.sqrt(width)),
  };
  if (wish.hasBias ?? random.chance(0.8)) {
    fields.in_proj_bias = matrix(random, 1, 3 * width, 0.5)[0];
    fields.out_proj_bias = matrix(random, 1, width, 0.5)[0];
  }
  if (wish.hasMask ?? random.chance(0.2)) {
    // true = may not attend; the diagonal is always seen.
    fields.attn_mask = listOf(queryLength, (i) => listOf(keyLength, (j) => i % keyLength !== j && random.chance(0.35)));
  }
  if (wish.hasPadding ?? random.chance(0.15)) {
    const short = random.integer(0, batch - 1);
    const lengths = listOf(batch, (b) => random.integer(2, b === short ? keyLength - 2 : keyLength));
    fields.key_padding_mask = lengths.map((length) => listOf(keyLength, (j) => j >= length));
  }
  if (wish.isCausal ?? random.chance(0.2)) fields.is_causal = true;
  return fields;
}

function matrix(random: Random, rows: number, columns: number, size: number): Matrix {
  return listOf(rows, () => listOf(columns, () => Math.fround(size * random.normal())));
}
