import type { VectorTable } from './table.ts';

/** Shorter beginnings and endings say nothing of a word. */
const LEAST_SHARED = 3;
/** Of a longer word only so many characters are compared. */
const MOST_SHARED = 32;
/** How many of the words that share a beginning or an ending are heard: the most frequent ones. */
const MOST_RELATIVES = 4;

/** Known words that an unknown one is made like, and what they say together. */
export interface Likeness {
  words: string[];
  /** [dims], without the common part. */
  vector: Float32Array;
}

/**
 * An unknown word read by its character n-grams, as fastText does (Bojanowski et al. 2017), with the two longest alone: the
 * longest beginning and the longest ending that a known word has too, or is. Each counts by its length. The same word always
 * gets the same vector. `undefined` when no known word shares three characters at either end.
 */
export function likenessOf(word: string, table: VectorTable): Likeness | undefined {
  const vector = new Float32Array(table.dims);
  const words: string[] = [];
  const add = (shared: number, rows: readonly number[]) => {
    for (const row of rows) {
      words.push(table.word(row));
      const known = table.vector(row);
      const share = shared / rows.length / Math.max(Number.MIN_VALUE, lengthOf(known));
      for (let k = 0; k < vector.length; k++) vector[k] += known[k] * share;
    }
  };
  const characters = [...word];
  const beginning = characters.slice(0, MOST_SHARED);
  const ending = characters.slice(-MOST_SHARED);
  const first = wholeCharacters(beginning, table.sharedBeginning(beginning.join('')));
  if (first >= LEAST_SHARED) add(first, table.startingWith(beginning.slice(0, first).join(''), MOST_RELATIVES));
  const last = wholeCharacters([...ending].reverse(), table.sharedEnding(ending.join('')));
  if (last >= LEAST_SHARED) add(last, table.endingWith(ending.slice(-last).join(''), MOST_RELATIVES));
  return words.length === 0 ? undefined : { words: [...new Set(words)], vector };
}

/** How many characters, from the first one on, fit whole into so many bytes. */
function wholeCharacters(characters: readonly string[], bytes: number): number {
  let used = 0;
  const over = characters.findIndex((character) => {
    used += Buffer.byteLength(character);
    return used > bytes;
  });
  return over < 0 ? characters.length : over;
}

/** The Euclidean length of a vector. */
export function lengthOf(vector: Float32Array): number {
  let sum = 0;
  for (const x of vector) sum += x * x;
  return Math.sqrt(sum);
}
