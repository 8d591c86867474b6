import { removeCommonPart } from './vectors/common-part.ts';
import { lengthOf, likenessOf } from './vectors/relatives.ts';
import type { VectorTable } from './vectors/table.ts';

/** Where the vector of a word comes from; `none`: nothing is known of it. */
export type VectorSource = 'table' | 'given' | 'dictionary' | 'relatives' | 'none';

export interface WordVector {
  /** The word as it was looked up. */
  word: string;
  source: VectorSource;
  /** [dims], of length 1, or 0 where nothing is known. */
  vector: Float32Array;
  /** The known words that an unknown one was made like. */
  relatives: readonly string[];
}

/** Where a request finds the vectors of its words. */
export type VectorChoice =
  | { kind: 'table' }
  /** Words that stand for others of the table, such as those of another language. */
  | { kind: 'dictionary'; entries: ReadonlyMap<string, string> }
  | { kind: 'given'; dims: number; vectors: ReadonlyMap<string, Float32Array> };

/** A word as it stands in the table: no white space around it, in lower case, composed (NFC). */
export function foldWord(text: string): string {
  return text.trim().toLowerCase().normalize('NFC');
}

/**
 * The vectors of the words of one request, each of length 1. Vectors that the caller gives stand beside the table's, and
 * before them, when they are as wide; then both lose what all words share. Of another width, they stand alone, as they are.
 */
export class WordVectors {
  readonly dims: number;
  readonly #table: VectorTable | undefined;
  readonly #choice: VectorChoice;
  readonly #found = new Map<string, WordVector>();

  constructor(table: VectorTable, choice: VectorChoice) {
    this.#choice = choice;
    this.dims = choice.kind === 'given' ? choice.dims : table.dims;
    this.#table = this.dims === table.dims ? table : undefined;
  }

  /** The vector of a word, however it is written. */
  of(text: string): WordVector {
    const known = this.#found.get(text);
    if (known !== undefined) return known;
    const found = this.#lookUp(text);
    unit(found.vector);
    this.#found.set(text, found);
    return found;
  }

  #lookUp(text: string): WordVector {
    const word = foldWord(text);
    const choice = this.#choice;
    if (choice.kind === 'given') {
      const given = choice.vectors.get(text) ?? choice.vectors.get(word);
      if (given !== undefined) return { word, source: 'given', vector: this.#ownSpace(given), relatives: [] };
    }
    const table = this.#table;
    if (table !== undefined) {
      const meant = choice.kind === 'dictionary' ? choice.entries.get(word) : undefined;
      const row = table.find(meant ?? word);
      const source = meant === undefined ? 'table' : 'dictionary';
      if (row >= 0) return { word, source, vector: table.vector(row), relatives: [] };
      const likeness = likenessOf(word, table);
      if (likeness !== undefined) {
        return { word, source: 'relatives', vector: likeness.vector, relatives: likeness.words };
      }
    }
    return { word, source: 'none', vector: new Float32Array(this.dims), relatives: [] };
  }

  #ownSpace(given: Float32Array): Float32Array {
    const vector = Float32Array.from(given);
    if (this.#table !== undefined) removeCommonPart(this.#table.common, vector);
    return vector;
  }
}

/** Makes a vector one of length 1, in place; zeros stay zeros. */
function unit(vector: Float32Array): void {
  // The largest number first: the squares of very large or small ones would leave the range of floats.
  const largest = vector.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (largest === 0) return;
  for (let k = 0; k < vector.length; k++) vector[k] /= largest;
  const length = lengthOf(vector);
  for (let k = 0; k < vector.length; k++) vector[k] /= length;
}
