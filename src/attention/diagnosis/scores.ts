import { slopeOf } from '../problem.ts';
import type { Convention } from './convention.ts';
import type { Dump } from './dump.ts';
import { Memo } from './memo.ts';
import { type Format, rounderOf } from './rounding.ts';
import type { Rows, Vectors } from './vectors.ts';

const PRODUCT_BYTES = 16 * 1024 * 1024;
const HIDDEN = Number.NEGATIVE_INFINITY;

/** A row of one query head. */
export interface HeadRow {
  batch: number;
  head: number;
  row: number;
}

/** Rows of the score matrix by a convention, in float64. */
export class Scores {
  readonly #dump: Dump;
  readonly #vectors: Vectors;
  readonly #products = new Memo<Float64Array>(PRODUCT_BYTES);

  constructor(dump: Dump, vectors: Vectors) {
    this.#dump = dump;
    this.#vectors = vectors;
  }

  /** How many keys are looked at. */
  keyCount({ tile }: Convention): number {
    const { keyLength } = this.#dump.problem;
    return keyLength - (keyLength % tile);
  }

  /** scale·query·key of each key. */
  scaled(convention: Convention, at: HeadRow): Float64Array {
    const { scale, rounding } = convention;
    const byProducts = rounderOf(rounding.products);
    const byScores = rounderOf(rounding.scores);
    return this.#productsOf(convention, at).map((product) => byScores(scale * byProducts(product)));
  }

  /** What the softmax reads: −∞ for a key that is hidden. */
  masked(convention: Convention, at: HeadRow): Float64Array {
    const { problem } = this.#dump;
    const { scale, softcap, softcapOf, slopesOf, rounding, hiddenAs } = convention;
    const slope = slopeOf({ ...problem, alibiSlopes: convention.slopes }, at.batch, at.head);
    const position = at.row + convention.offsets[at.batch];
    const byProducts = rounderOf(rounding.products);
    const byScores = rounderOf(rounding.scores);
    const byMasked = rounderOf(rounding.maskedScores);
    const cap = (score: number) => softcap * Math.tanh(score / softcap);
    const isCapped = softcap > 0;
    const scores = this.#productsOf(convention, at).slice();
    const { from, to } = this.#sight(convention, at);
    const masks = this.#masks(convention, at);
    const hides = !convention.positionsAfterSoftmax;
    for (let j = 0; j < scores.length; j++) {
      let score = byProducts(scores[j]);
      const bias = -slope * Math.abs(position - j);
      if (slopesOf === 'products') score += bias;
      if (isCapped && softcapOf === 'products') score = cap(score);
      score = byScores(scale * score);
      if (isCapped && softcapOf === 'scores') score = cap(score);
      if (slopesOf === 'scores') score += bias;
      score = masks(score, j);
      if (hides && (j < from || j >= to)) score = hiddenAs?.positions === true ? hiddenScore(score, hiddenAs) : HIDDEN;
      if (isCapped && softcapOf === 'masked_scores') score = cap(score);
      scores[j] = byMasked(score);
    }
    return scores;
  }

  /** Whether a key keeps its weight where hiding comes after the softmax. */
  keeps(convention: Convention, at: HeadRow): ((j: number) => boolean) | undefined {
    const { masks, positionsAfterSoftmax } = convention;
    if (masks !== 'after_softmax' && !positionsAfterSoftmax) return undefined;
    const { from, to } = this.#sight(convention, at);
    const own = this.#masks({ ...convention, masks: 'kept', hiddenAs: undefined }, at);
    return (j) =>
      (!positionsAfterSoftmax || (j >= from && j < to)) && (masks !== 'after_softmax' || own(0, j) !== HIDDEN);
  }

  /** The keys of a batch entry that are no padding, by the convention. */
  realKeys({ padding }: Convention, batch: number): { from: number; to: number } {
    const { problem, paddingMasks } = this.#dump;
    const { keyLengths, keyLength } = problem;
    const length = keyLengths[batch];
    // Where masks say what is padding, positions do not.
    if (paddingMasks > 0) return { from: 0, to: length };
    if (padding === 'left_out') return { from: 0, to: keyLength };
    if (padding === 'inverted') return { from: length, to: keyLength };
    return padding === 'left' ? { from: keyLength - length, to: keyLength } : { from: 0, to: length };
  }

  /** The keys that are in sight by their position: causal, window, padding. */
  #sight(convention: Convention, { batch, row }: HeadRow): { from: number; to: number } {
    const { causal, ahead, corner, offsets, window } = convention;
    const position = row + offsets[batch];
    const last = causal ? row + (corner ?? offsets)[batch] + ahead : Number.POSITIVE_INFINITY;
    const real = this.realKeys(convention, batch);
    return {
      from: Math.max(real.from, position - window.left),
      to: Math.min(real.to, Math.min(last, position + window.right) + 1),
    };
  }

  /** What the masks make of a score. */
  #masks(convention: Convention, { batch, head, row }: HeadRow): (score: number, j: number) => number {
    const { problem, paddingMasks } = this.#dump;
    const { hiddenAs } = convention;
    if (problem.masks.length === 0) return (score) => score;
    const firstPadding = problem.masks.length - paddingMasks;
    const all = problem.masks.map((mask, index) => {
      const isPadding = index >= firstPadding;
      const way = isPadding ? paddingWay(convention.padding) : convention.masks;
      const [b, h, i, stride] = mask.strides;
      const turned = way === 'transposed';
      const start = batch * b + head * h + (turned ? row * stride : row * i);
      const step = turned ? i : stride;
      return { mask, way, start, step, keys: problem.keyLength };
    });
    return (score, j) => {
      let sum = score;
      for (const { mask, way, start, step, keys } of all) {
        if (way === 'left_out' || way === 'after_softmax') continue;
        const entry = mask.data[start + (way === 'flipped' ? keys - 1 - j : j) * step];
        if (mask.kind === 'additive') {
          if (way === 'inverted') sum -= entry;
          else if (entry === HIDDEN && hiddenAs !== undefined) sum = hiddenScore(sum, hiddenAs);
          else sum += entry;
        } else if (way === 'numbers') sum += entry;
        else if ((entry === 0) !== (way === 'inverted')) {
          sum = hiddenAs === undefined ? HIDDEN : hiddenScore(sum, hiddenAs);
        }
      }
      return sum;
    };
  }

  #productsOf(convention: Convention, { batch, head, row }: HeadRow): Float64Array {
    const keyHead = this.keyHead(convention, head);
    const name = `${nameOfProducts(convention)} ${batch} ${head} ${keyHead} ${row}`;
    return this.#products.get(name, () => {
      const query = this.#vectors.query(convention, batch, head, row);
      const keys = this.#vectors.rows('key', convention, batch, keyHead);
      return products(query, keys, this.keyCount(convention), convention.rounding.productSums);
    });
  }

  keyHead({ keyHeads }: Convention, head: number): number {
    const { numHeads, numKeyHeads } = this.#dump.problem;
    if (keyHeads === 'tiled') return head % numKeyHeads;
    const own = Math.floor((head * numKeyHeads) / numHeads);
    return keyHeads === 'reversed' ? numKeyHeads - 1 - own : own;
  }
}

function hiddenScore(score: number, { by, number }: { by: 'added' | 'put'; number: number }): number {
  return by === 'added' ? score + number : number;
}

function paddingWay(padding: Convention['padding']): Convention['masks'] | 'flipped' {
  return padding === 'left' ? 'flipped' : padding;
}

const names = new WeakMap<Convention, string>();

/** Conventions with the same name have the same products. */
function nameOfProducts(convention: Convention): string {
  const known = names.get(convention);
  if (known !== undefined) return known;
  const { turns, layouts, averaged, roles, rounding, projections, tile } = convention;
  const averages = averaged === 'keys_and_values';
  const parts = [turns, layouts.query, layouts.key, averages, roles, rounding.inputs, rounding.productSums];
  const name = JSON.stringify([...parts, projections, tile]);
  names.set(convention, name);
  return name;
}

function products(query: Float64Array, keys: Rows, count: number, format: Format | undefined): Float64Array {
  const result = new Float64Array(count);
  const { data, start, stride } = keys;
  const by = rounderOf(format);
  for (let j = 0; j < count; j++) {
    const k = start + j * stride;
    let dot = 0;
    if (format === undefined) for (let x = 0; x < query.length; x++) dot += query[x] * data[k + x];
    else for (let x = 0; x < query.length; x++) dot = by(dot + query[x] * data[k + x]);
    result[j] = dot;
  }
  return result;
}
