/** Random small requests of /attention, with what a name needs in them and other options now and then. */
import type { AttentionFields, MaskEntries, RotaryFields } from './fields.ts';
import { heads, listOf } from './nested.ts';
import type { Random } from './random.ts';

/** What must be so of a request; all else is drawn. `false` is without. */
export interface Wish {
  batch?: number;
  numHeads?: number;
  /** Key heads for numHeads/group. */
  group?: number;
  queryLength?: number;
  /** Without those of the past. */
  keyLength?: number;
  /** As many queries as keys, with those of the past. */
  isSquare?: true;
  headDim?: number;
  valueDim?: number;
  past?: number | false;
  causal?: boolean | 'lower_right';
  offset?: number;
  scale?: number | false;
  softcap?: number | false;
  window?: { left: number; right: number } | false;
  /** One slope for each head: 2^(−8(h+1)/H), as ALiBi's paper has them. */
  slopes?: boolean;
  mask?: 'boolean' | 'additive' | 'empty_rows' | false;
  padding?: boolean;
  rotary?: Omit<RotaryFields, 'dim'> | false;
  sinks?: boolean;
  /** Deviation of the queries: how far scores are from each other. */
  spread?: number;
}

/** Nothing but query, key and value. */
export const BARE = {
  ...{ past: false, causal: false, scale: false, softcap: false, window: false, slopes: false, mask: false },
  ...{ padding: false, rotary: false, sinks: false },
} as const satisfies Wish;

export function geometricSlopes(count: number, of = count): number[] {
  return listOf(count, (h) => 2 ** ((-8 * (h + 1)) / of));
}

export function problemOf(random: Random, wish: Wish): AttentionFields {
  const sometimes = (share: number, drawn: () => number) => (random.chance(share) ? drawn() : 0);
  const batch = wish.batch ?? random.integer(1, 2);
  const group = wish.group ?? (random.chance(0.2) ? 2 : 1);
  const numHeads = wish.numHeads ?? group * random.integer(1, group > 1 ? 3 : 4);
  const past = wish.past ?? (wish.isSquare ? 0 : sometimes(0.1, () => random.integer(3, 8)));
  const length = random.integer(5, 14);
  const keyLength = wish.keyLength ?? (random.chance(0.5) ? length : random.integer(6, 20));
  const keys = keyLength + Number(past);
  const queryLength = wish.isSquare ? keys : (wish.queryLength ?? length);
  const headDim = wish.headDim ?? random.pick([8, 12, 16]);
  const valueDim = wish.valueDim ?? headDim;
  const spread = wish.spread ?? random.pick([1, 1.5, 2]);
  const tensor = (count: number, rows: number, dim: number, size = 1) =>
    heads([batch, count, rows, dim], () => Math.fround(size * random.normal()));
  const keyHeads = numHeads / group;
  const fields: AttentionFields = {
    query: tensor(numHeads, queryLength, headDim, spread),
    key: tensor(keyHeads, keyLength, headDim),
    value: tensor(keyHeads, keyLength, valueDim),
  };
  if (past) {
    fields.past_key = tensor(keyHeads, past, headDim);
    fields.past_value = tensor(keyHeads, past, valueDim);
  }
  const causal = wish.causal ?? random.chance(0.25);
  if (causal) fields.is_causal = causal;
  if (wish.offset !== undefined) fields.query_offset = wish.offset;
  const scale = wish.scale ?? sometimes(0.1, () => random.pick([0.2, 0.3, 0.5]));
  if (scale) fields.scale = scale;
  const softcap = wish.softcap ?? sometimes(0.05, () => random.pick([3, 5, 10]));
  if (softcap) fields.softcap = softcap;
  const window = wish.window ?? (random.chance(0.05) && { left: 5, right: 5 });
  if (window) fields.window = window;
  if (wish.slopes ?? random.chance(0.07)) fields.alibi_slopes = geometricSlopes(numHeads);
  const mask = wish.mask ?? (random.chance(0.1) && 'boolean');
  if (mask) fields.attn_mask = maskOf(random, mask, [batch, numHeads, queryLength, keys]);
  if (wish.padding ?? random.chance(0.07)) fields.key_lengths = lengthsOf(random, batch, keys);
  const rotary = wish.rotary ?? (random.chance(0.1) && { base: 10000 });
  if (rotary) fields.rotary = { ...rotary, dim: random.chance(0.8) ? headDim : 8 };
  if (wish.sinks ?? random.chance(0.05)) fields.sinks = listOf(numHeads, () => random.normal());
  return fields;
}

/** A mask of one matrix, or of one for each batch entry, or for each head of it. */
function maskOf(random: Random, kind: 'boolean' | 'additive' | 'empty_rows', sizes: readonly number[]): MaskEntries {
  const [batch, numHeads, rows, keys] = sizes;
  const empty = kind === 'empty_rows' ? listOf(random.integer(1, 3), () => random.integer(0, rows - 1)) : [];
  // What is hidden may be said by −∞, too.
  const isOfNumbers = kind === 'empty_rows' && random.chance(0.4);
  const row = (i: number): boolean[] => {
    const seen = random.integer(0, keys - 1);
    return listOf(keys, (j) => !empty.includes(i) && (j === seen || random.chance(0.6)));
  };
  const matrix = (): boolean[][] | number[][] => {
    if (kind === 'additive') return listOf(rows, () => listOf(keys, () => random.normal()));
    const seen = listOf(rows, row);
    return isOfNumbers ? seen.map((entries) => entries.map((is) => (is ? 0 : Number.NEGATIVE_INFINITY))) : seen;
  };
  const form = random.integer(0, 4);
  if (form === 0) return listOf(batch, () => [matrix()]);
  if (form === 1) return listOf(batch, () => listOf(numHeads, matrix));
  return matrix();
}

/** Valid keys of each batch entry; fewer than all in one at least, and more than none. */
function lengthsOf(random: Random, batch: number, keys: number): number[] {
  const short = random.integer(0, batch - 1);
  return listOf(batch, (b) => random.integer(Math.ceil(keys / 4), b === short ? keys - 2 : keys));
}
