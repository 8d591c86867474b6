/** Where the words of the sentences stand, one below the other where there are two. */
import { type Measure, type WordLine, wordLine } from '../../pictures/word-line.ts';
import type { Direction } from '../../state/state.ts';

/** Between two sentences, for the rays. */
const BETWEEN = 104;

export interface Arrangement {
  query: WordLine;
  key: WordLine;
  keyTop: number;
  height: number;
}

export interface Arranging {
  queries: readonly string[];
  /** Undefined where the sentence looks at itself. */
  keys: readonly string[] | undefined;
  direction: Direction;
  /** How many numbers stand below each word. */
  numbers: number;
  width: number;
  unit: number;
  measure: Measure;
}

export function arranged({ queries, keys, direction, ...shared }: Arranging): Arrangement {
  if (keys === undefined) {
    const line = wordLine({ ...shared, words: queries, arcs: direction === 'looks-at' ? 'above' : 'below' });
    return { query: line, key: line, keyTop: 0, height: line.height };
  }
  const alone = [queries, keys].map((words) => wordLine({ ...shared, words, arcs: 'none' }));
  const mostSize = Math.min(...alone.map(({ size }) => size));
  const [query, key] = [queries, keys].map((words) => wordLine({ ...shared, words, arcs: 'none', mostSize }));
  const keyTop = query.height + BETWEEN * shared.unit;
  return { query, key, keyTop, height: keyTop + key.height };
}
