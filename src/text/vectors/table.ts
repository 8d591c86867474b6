import type { CommonPart } from './common-part.ts';
import { MAX_WORD_BYTES, readHeader, sectionsOf, type TableSections } from './layout.ts';

/**
 * Words and their vectors, read where they lie: the buffer is shared by all threads, and looking a word up is a binary
 * search over its bytes. Words are told by their row.
 */
export class VectorTable {
  readonly words: number;
  readonly dims: number;
  readonly common: CommonPart;
  readonly #sections: TableSections;

  /** `buffer` holds a table that was checked when its file was read. */
  constructor(buffer: ArrayBufferLike) {
    const sizes = readHeader(buffer);
    if (sizes === undefined) throw new Error('the buffer holds no table of word vectors');
    this.words = sizes.words;
    this.dims = sizes.dims;
    this.#sections = sectionsOf(buffer, sizes);
    this.common = { mean: this.#sections.mean, directions: this.#sections.directions };
  }

  /** The row of a word as it is written; −1 for one that is not there. */
  find(word: string): number {
    const bytes = Buffer.from(word);
    if (bytes.length > MAX_WORD_BYTES) return -1;
    const row = firstOf(this.words, (i) => this.#comparePrefix(i, bytes) >= 0);
    const { starts } = this.#sections;
    // A word comes right before all longer ones that begin with it.
    const isIt =
      row < this.words && this.#comparePrefix(row, bytes) === 0 && starts[row + 1] - starts[row] === bytes.length;
    return isIt ? row : -1;
  }

  /** The vector of a row without what all words share, up to the rounding of int8; `[dims]`. */
  vector(row: number): Float32Array {
    const { rows, scales } = this.#sections;
    const vector = new Float32Array(this.dims);
    for (let k = 0; k < vector.length; k++) vector[k] = rows[row * this.dims + k] * scales[row];
    return vector;
  }

  /** The vector of a row as it was before; `[dims]`. */
  raw(row: number): Float32Array {
    const { mean, directions } = this.common;
    const count = directions.length / this.dims;
    const along = this.#sections.along.subarray(row * count, (row + 1) * count);
    return this.vector(row).map((x, k) =>
      along.reduce((sum, far, i) => sum + far * directions[i * this.dims + k], x + mean[k]),
    );
  }

  word(row: number): string {
    const { starts, text } = this.#sections;
    return Buffer.from(text.subarray(starts[row], starts[row + 1])).toString();
  }

  /** How many bytes of the word, from its first one on, some word of the table begins with too. */
  sharedBeginning(word: string): number {
    const bytes = Buffer.from(word);
    // Words that begin alike stand beside each other.
    const place = firstOf(this.words, (row) => this.#comparePrefix(row, bytes) >= 0);
    return Math.max(...[place - 1, place].map((row) => (this.#isPlace(row) ? this.#sharedPrefix(row, bytes) : 0)));
  }

  /** The same of its last bytes. */
  sharedEnding(word: string): number {
    const bytes = Buffer.from(word);
    const { bySuffix } = this.#sections;
    const place = firstOf(this.words, (at) => this.#compareSuffix(bySuffix[at], bytes) >= 0);
    return Math.max(
      ...[place - 1, place].map((at) => (this.#isPlace(at) ? this.#sharedSuffix(bySuffix[at], bytes) : 0)),
    );
  }

  /** The rows of the `most` most frequent words that begin with `prefix`; of the word itself alone when it is one. */
  startingWith(prefix: string, most: number): number[] {
    const itself = this.find(prefix);
    if (itself >= 0) return [itself];
    const bytes = Buffer.from(prefix);
    const start = firstOf(this.words, (row) => this.#comparePrefix(row, bytes) >= 0);
    const end = firstOf(this.words, (row) => this.#comparePrefix(row, bytes) > 0);
    return this.#mostFrequent({ start, end, rowAt: (row) => row }, most);
  }

  /** The same of those that end with `suffix`. */
  endingWith(suffix: string, most: number): number[] {
    const itself = this.find(suffix);
    if (itself >= 0) return [itself];
    const bytes = Buffer.from(suffix);
    const { bySuffix } = this.#sections;
    const start = firstOf(this.words, (place) => this.#compareSuffix(bySuffix[place], bytes) >= 0);
    const end = firstOf(this.words, (place) => this.#compareSuffix(bySuffix[place], bytes) > 0);
    return this.#mostFrequent({ start, end, rowAt: (place) => bySuffix[place] }, most);
  }

  /** One pass, as short beginnings have thousands of words. */
  #mostFrequent(
    { start, end, rowAt }: { start: number; end: number; rowAt: (place: number) => number },
    most: number,
  ): number[] {
    const { ranks } = this.#sections;
    const best: number[] = [];
    for (let place = start; place < end; place++) {
      const row = rowAt(place);
      if (best.length === most && ranks[row] > ranks[best[most - 1]]) continue;
      const at = best.findIndex((other) => ranks[other] > ranks[row]);
      best.splice(at < 0 ? best.length : at, 0, row);
      if (best.length > most) best.pop();
    }
    return best;
  }

  #isPlace(place: number): boolean {
    return place >= 0 && place < this.words;
  }

  /** Negative when word `row` comes before all words that begin with `bytes`, 0 when it begins with them. */
  #comparePrefix(row: number, bytes: Uint8Array): number {
    const { starts, text } = this.#sections;
    const shared = this.#sharedPrefix(row, bytes);
    if (shared === bytes.length) return 0;
    const at = starts[row] + shared;
    return at === starts[row + 1] ? -1 : text[at] - bytes[shared];
  }

  /** The same of the last bytes of the word, read backwards. */
  #compareSuffix(row: number, bytes: Uint8Array): number {
    const { starts, text } = this.#sections;
    const shared = this.#sharedSuffix(row, bytes);
    if (shared === bytes.length) return 0;
    const at = starts[row + 1] - 1 - shared;
    return at < starts[row] ? -1 : text[at] - bytes[bytes.length - 1 - shared];
  }

  #sharedPrefix(row: number, bytes: Uint8Array): number {
    const { starts, text } = this.#sections;
    const start = starts[row];
    const most = Math.min(bytes.length, starts[row + 1] - start);
    let shared = 0;
    while (shared < most && text[start + shared] === bytes[shared]) shared++;
    return shared;
  }

  #sharedSuffix(row: number, bytes: Uint8Array): number {
    const { starts, text } = this.#sections;
    const last = starts[row + 1] - 1;
    const most = Math.min(bytes.length, last + 1 - starts[row]);
    let shared = 0;
    while (shared < most && text[last - shared] === bytes[bytes.length - 1 - shared]) shared++;
    return shared;
  }
}

/** The first of `count` places that `isThere`; once one is, all after it are. */
function firstOf(count: number, isThere: (place: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isThere(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
