/**
 * Byte-pair encoding of one piece of a text (Sennrich, Haddow and Birch 2016, on bytes as in GPT-2): of all neighbors whose
 * union is a token, the pair with the lowest rank is joined, the leftmost among equals, until no union is a token.
 */

import { addToken, type TokenList } from '../tokenize/token-list.ts';
import type { BpeVocabulary } from './vocabulary.ts';

/** Up to this length looking for the lowest rank in a list is faster than keeping a heap. */
const SHORT_BYTES = 64;
/** Memory for pieces up to this length is kept. */
const KEPT_BYTES = 64 * 1024;
/** How many unions are remembered; a power of two. */
const REMEMBERED = 2 ** 15;
/** More than any rank. */
const NO_RANK = 2 ** 30;
/** A heap entry is rank · 2³² + position: the order of the entries is the order of the joins. */
const POSITION_RANGE = 2 ** 32;

/** Encodes pieces with one vocabulary; it keeps its working memory between them. */
export class BytePairEncoder {
  readonly #vocabulary: BpeVocabulary;
  readonly #ids = new Int32Array(SHORT_BYTES);
  readonly #starts = new Int32Array(SHORT_BYTES + 1);
  readonly #ranks = new Int32Array(SHORT_BYTES);
  #kept = new JoinMemory(1024);
  /** The union of two tokens by their ids: what repeats, as long runs do, is not hashed again and again. */
  readonly #unionOf = {
    left: new Int32Array(REMEMBERED).fill(-1),
    right: new Int32Array(REMEMBERED),
    rank: new Int32Array(REMEMBERED),
  };

  constructor(vocabulary: BpeVocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Adds the tokens of the piece `from` to `to`. Time O(n log n), memory O(n) in its length. */
  encode(bytes: Uint8Array, from: number, to: number, tokens: TokenList): void {
    const whole = this.#vocabulary.find(bytes, from, to);
    if (whole >= 0) addToken(tokens, whole, from, to);
    else if (to - from <= SHORT_BYTES) this.#joinShort(bytes, from, to, tokens);
    else this.#joinLong(bytes, from, to, tokens);
  }

  #joinShort(bytes: Uint8Array, from: number, to: number, tokens: TokenList): void {
    const [vocabulary, ids, starts, ranks] = [this.#vocabulary, this.#ids, this.#starts, this.#ranks];
    // Part i is starts[i] to starts[i + 1]; ranks[i] is that of its union with the next.
    let parts = to - from;
    for (let i = 0; i < parts; i++) {
      ids[i] = vocabulary.find(bytes, from + i, from + i + 1);
      starts[i] = from + i;
      const rank = i + 1 < parts ? vocabulary.findPair(bytes[from + i], bytes[from + i + 1]) : -1;
      ranks[i] = rank < 0 ? NO_RANK : rank;
    }
    starts[parts] = to;
    const rankOf = (part: number) => {
      const rank = this.#union(ids[part], ids[part + 1], bytes, starts[part], starts[part + 2]);
      return rank < 0 ? NO_RANK : rank;
    };
    for (;;) {
      let best = 0;
      for (let i = 1; i < parts; i++) if (ranks[i] < ranks[best]) best = i;
      if (ranks[best] === NO_RANK) break;
      ids[best] = ranks[best];
      parts--;
      for (let i = best + 1; i < parts; i++) {
        ids[i] = ids[i + 1];
        starts[i] = starts[i + 1];
        ranks[i] = ranks[i + 1];
      }
      starts[parts] = to;
      ranks[best] = best + 1 < parts ? rankOf(best) : NO_RANK;
      if (best > 0) ranks[best - 1] = rankOf(best - 1);
    }
    for (let i = 0; i < parts; i++) addToken(tokens, ids[i], starts[i], starts[i + 1]);
  }

  /** The same with a linked list of parts and a heap of unions. A union that is no longer there is left in the heap. */
  #joinLong(bytes: Uint8Array, from: number, to: number, tokens: TokenList): void {
    const vocabulary = this.#vocabulary;
    const length = to - from;
    const memory = this.#memoryFor(length);
    const { ids, next, previous, ranks } = memory;
    // A part is known by the position of its first byte; `ranks` holds that of its union with the next, −1 for none.
    for (let i = 0; i < length; i++) {
      ids[i] = vocabulary.find(bytes, from + i, from + i + 1);
      next[i] = i + 1;
      previous[i] = i - 1;
      ranks[i] = i + 1 < length ? vocabulary.findPair(bytes[from + i], bytes[from + i + 1]) : -1;
    }
    memory.fillHeap(length);
    for (;;) {
      const lowest = memory.pop();
      if (lowest < 0) break;
      const part = lowest >>> 0;
      const rank = Math.floor(lowest / POSITION_RANGE);
      if (ranks[part] !== rank) continue;
      const joined = next[part];
      const after = next[joined];
      ids[part] = rank;
      ranks[joined] = -1;
      next[part] = after;
      if (after < length) previous[after] = part;
      ranks[part] = after < length ? this.#union(rank, ids[after], bytes, from + part, from + next[after]) : -1;
      if (ranks[part] >= 0) memory.push(ranks[part], part);
      const before = previous[part];
      if (before < 0) continue;
      ranks[before] = this.#union(ids[before], rank, bytes, from + before, from + after);
      if (ranks[before] >= 0) memory.push(ranks[before], before);
    }
    for (let part = 0; part < length; part = next[part]) addToken(tokens, ids[part], from + part, from + next[part]);
  }

  /** The rank of the union of two neighbors, bytes `from` to `to` together; −1 when it is no token. */
  #union(left: number, right: number, bytes: Uint8Array, from: number, to: number): number {
    const remembered = this.#unionOf;
    const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    const at = (hash ^ (hash >>> 15)) & (REMEMBERED - 1);
    if (remembered.left[at] === left && remembered.right[at] === right) return remembered.rank[at];
    const rank = this.#vocabulary.find(bytes, from, to);
    remembered.left[at] = left;
    remembered.right[at] = right;
    remembered.rank[at] = rank;
    return rank;
  }

  #memoryFor(length: number): JoinMemory {
    if (length <= this.#kept.capacity) return this.#kept;
    const memory = new JoinMemory(length);
    if (length <= KEPT_BYTES) this.#kept = memory;
    return memory;
  }
}

/** The list of parts and the heap of unions. Each join takes one entry of the heap and adds two at most. */
class JoinMemory {
  readonly capacity: number;
  readonly ids: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly ranks: Int32Array;
  readonly #heap: Float64Array;
  #size = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.ids = new Int32Array(capacity);
    this.next = new Int32Array(capacity);
    this.previous = new Int32Array(capacity);
    this.ranks = new Int32Array(capacity);
    // At first one entry a part; then each of the joins, fewer than parts, adds one more than it takes.
    this.#heap = new Float64Array(2 * capacity);
  }

  /** Makes the heap of the ranks of the first `length` parts, from the bottom up (Floyd 1964). */
  fillHeap(length: number): void {
    this.#size = 0;
    for (let i = 0; i < length; i++) {
      if (this.ranks[i] >= 0) this.#heap[this.#size++] = this.ranks[i] * POSITION_RANGE + i;
    }
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(this.#heap[at], at);
  }

  push(rank: number, position: number): void {
    const heap = this.#heap;
    const entry = rank * POSITION_RANGE + position;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent] <= entry) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  /** The lowest entry; −1 when there is none. */
  pop(): number {
    if (this.#size === 0) return -1;
    const lowest = this.#heap[0];
    const last = this.#heap[--this.#size];
    if (this.#size > 0) this.#sink(last, 0);
    return lowest;
  }

  #sink(entry: number, from: number): void {
    const [heap, size] = [this.#heap, this.#size];
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= entry) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }
}
