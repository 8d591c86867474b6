/** What attention works on when tensors are read, joined and turned: the same for both routes. */
import type { AttentionFields, MaskEntries } from './fields.ts';
import type { Habits } from './habits.ts';
import { misread, transposed } from './layout.ts';
import { type Heads, listOf, sizesOf } from './nested.ts';
import { turned } from './turn.ts';

export interface Core {
  /** [B, H, Lq, d], [B, Hk, Lk, d], [B, Hk, Lk, dv] */
  query: Heads;
  key: Heads;
  value: Heads;
  scale: number;
  softcap: number;
  /** true = may attend; a number is added. */
  mask?: (b: number, h: number, i: number, j: number) => boolean | number;
  isCausal: boolean;
  /** Where query 0 of each batch entry stands: for the causal corner, and for all else. */
  corners: number[];
  offsets: number[];
  window: { left: number; right: number };
  slopes?: number[][];
  sinks: number[];
  /** [B][Lk] and [B][Lq]: what is no padding. */
  keysThere: boolean[][];
  rowsThere: boolean[][];
}

export function coreOf(sent: AttentionFields, habits: Habits): Core {
  const fields = asRead(sent, habits);
  const [batch, numHeads, queryLength, dim] = sizesOf(fields.query);
  const past = fields.past_key?.[0][0].length ?? 0;
  const keyLength = past + fields.key[0][0].length;
  const keyLengths = fields.key_lengths ?? listOf(batch, () => keyLength);
  const queryLengths = fields.query_lengths ?? listOf(batch, () => queryLength);
  const lowerRight = keyLengths.map((length) => length - queryLength);
  const given = fields.query_offset ?? (fields.is_causal === 'lower_right' ? lowerRight : past);
  const offsets = typeof given === 'number' ? listOf(batch, () => given) : given;
  const corners = { upper_left: listOf(batch, () => 0), lower_right: lowerRight };
  const { causal } = habits;
  const { query, key } = turned(fields, offsets, habits);
  return {
    query,
    key: joined(fields.past_key, key),
    value: joined(fields.past_value, fields.value),
    scale: fields.scale ?? 1 / Math.sqrt(dim),
    softcap: fields.softcap ?? 0,
    mask: fields.attn_mask && maskReader(fields.attn_mask),
    isCausal: causal === 'added' || ((fields.is_causal ?? false) !== false && causal !== 'missing'),
    corners: causal === 'upper_left' || causal === 'lower_right' ? corners[causal] : offsets,
    offsets,
    window: habits.window ?? { left: fields.window?.left ?? Infinity, right: fields.window?.right ?? Infinity },
    slopes: slopesOf(habits.alibiSlopes ?? fields.alibi_slopes, batch),
    sinks: listOf(numHeads, (h) => fields.sinks?.[fields.sinks.length === 1 ? 0 : h] ?? Number.NEGATIVE_INFINITY),
    keysThere: keyLengths.map((length) => listOf(keyLength, (j) => j < length)),
    rowsThere: queryLengths.map((length) => listOf(queryLength, (i) => i < length)),
  };
}

/** The tensors as wrong eyes see them. */
function asRead(sent: AttentionFields, habits: Habits): AttentionFields {
  const { rolesSwapped } = habits;
  const fields = {
    ...sent,
    query: misread(rolesSwapped === 'query_key' ? sent.key : sent.query, habits.queryLayout),
    key: misread(
      rolesSwapped === 'query_key' ? sent.query : rolesSwapped === 'key_value' ? sent.value : sent.key,
      habits.keyLayout,
    ),
    value: misread(rolesSwapped === 'key_value' ? sent.key : sent.value, habits.valueLayout),
  };
  if (!habits.attendsOverHeads) return fields;
  return {
    ...fields,
    query: transposed(fields.query),
    key: transposed(fields.key),
    value: transposed(fields.value),
  };
}

function joined(past: Heads | undefined, fresh: Heads): Heads {
  if (past === undefined) return fresh;
  return fresh.map((entry, b) => entry.map((head, h) => [...past[b][h], ...head]));
}

function slopesOf(slopes: number[] | number[][] | undefined, batch: number): number[][] | undefined {
  if (slopes === undefined) return undefined;
  return listOf(batch, (b) => {
    const own = slopes[slopes.length === 1 ? 0 : b];
    return Array.isArray(own) ? own : (slopes as number[]);
  });
}

/** Lines the axes of a mask up from the right; an axis of one is repeated. */
export function maskReader(entries: MaskEntries): NonNullable<Core['mask']> {
  return (b, h, i, j) => {
    let rank = 0;
    for (let inner: unknown = entries; Array.isArray(inner); inner = inner[0]) rank++;
    let at: unknown = entries;
    for (const index of [b, h, i, j].slice(4 - rank)) {
      if (Array.isArray(at)) at = at[at.length === 1 ? 0 : index];
    }
    return typeof at === 'boolean' ? at : Number(at);
  };
}
