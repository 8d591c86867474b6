import { slopeOf } from '../problem.ts';
import type { Convention } from './convention.ts';
import type { Dump } from './dump.ts';
import { Memo } from './memo.ts';
import { rounderOf } from './rounding.ts';
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
    const sees = this.#sight(convention, at);
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
      if (hides && !sees(j)) score = hiddenAs?.positions === true ? hiddenScore(score, hiddenAs) : HIDDEN;
      if (isCapped && softcapOf === 'masked_scores') score = cap(score);
      scores[j] = byMasked(score);
    }
    return scores;
  }

  /** Whether a key keeps its weight where hiding comes after the softmax. */
  keeps(convention: Convention, at: HeadRow): ((j: number) => boolean) | undefined {
    const { masks, positionsAfterSoftmax } = convention;
    if (masks !== 'after_softmax' && !positionsAfterSoftmax) return undefined;
    const sees = this.#sight(convention, at);
    const own = this.#masks({ ...convention, masks: 'kept', hiddenAs: undefined }, at);
    return (j) => (!positionsAfterSoftmax || sees(j)) && (masks !== 'after_softmax' || own(0, j) !== HIDDEN);
  }

  /** Whether a key is padding of this row's batch entry, by the convention. */
  isPadding({ padding }: Convention, batch: number, j: number): boolean {
    const { keyLengths, keyLength } = this.#dump.problem;
    const length = keyLengths[batch];
    if (padding === 'left_out') return false;
    if (padding === 'inverted') return j < length;
    return padding === 'left' ? j < keyLength - length : j >= length;
  }

  /** Whether the position of a key is in sight: causal, window, padding. */
  #sight(convention: Convention, { batch, row }: HeadRow): (j: number) => boolean {
    const { causal, ahead, corner, offsets, window } = convention;
    const position = row + offsets[batch];
    const last = causal ? row + (corner ?? offsets)[batch] + ahead : Number.POSITIVE_INFINITY;
    const [from, to] = [position - window.left, Math.min(last, position + window.right)];
    return (j) => j >= from && j <= to && !this.isPadding(convention, batch, j);
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
    const { turns, layouts, averaged, roles, rounding, projections, tile } = convention;
    const keyHead = this.keyHead(convention, head);
    const averages = averaged === 'keys_and_values';
    const parts = [turns, layouts.query, layouts.key, averages, roles, rounding.inputs, rounding.productSums];
    const name = JSON.stringify([...parts, projections, tile, batch, head, keyHead, row]);
    return this.#products.get(name, () => {
      const queries = this.#vectors.rows('query', convention, batch, head);
      const keys = this.#vectors.rows('key', convention, batch, keyHead);
      return products(queries, row, keys, this.keyCount(convention), rounderOf(rounding.productSums));
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

function products(queries: Rows, row: number, keys: Rows, count: number, by: (x: number) => number): Float64Array {
  const result = new Float64Array(count);
  const q = Float64Array.from(
    { length: queries.width },
    (_, x) => queries.data[queries.start + row * queries.stride + x],
  );
  const { data } = keys;
  const isExact = by(Math.PI) === Math.PI;
  for (let j = 0; j < count; j++) {
    const k = keys.start + j * keys.stride;
    let dot = 0;
    if (isExact) for (let x = 0; x < q.length; x++) dot += q[x] * data[k + x];
    else for (let x = 0; x < q.length; x++) dot = by(dot + q[x] * data[k + x]);
    result[j] = dot;
  }
  return result;
}
