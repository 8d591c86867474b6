/** Where the words of the sentences stand, one below the other where there are two. */
import { type Measure, type Setting, type WordLine, wordLine } from '../pictures/word-line.ts';

/** Between two sentences, for the rays. */
const BETWEEN = 104;

export interface Lines {
  query: WordLine;
  key: WordLine;
  /** How far the other sentence is moved down. */
  keyTop: number;
  width: number;
  height: number;
}

interface Sentence {
  words: readonly string[];
  /** Of code, see word-line.ts. */
  indents: Setting['indents'];
}

interface Arranging {
  query: Sentence;
  /** Undefined where the sentence looks at itself. */
  key: Sentence | undefined;
  direction: 'looks-at' | 'looked-at';
  /** How many numbers stand below each word. */
  numbers: number;
  width: number;
  unit: number;
  measure: Measure;
}

export function arranged({ query: own, key: other, direction, ...shared }: Arranging): Lines {
  const { width, unit } = shared;
  const line = ({ words, indents = [] }: Sentence, more: Pick<Setting, 'arcs' | 'mostSize'>) =>
    wordLine({ ...shared, words, indents, ...more });
  if (other === undefined) {
    const query = line(own, { arcs: direction === 'looks-at' ? 'above' : 'below' });
    return { query, key: query, keyTop: 0, width, height: query.height };
  }
  const mostSize = Math.min(...[own, other].map((one) => line(one, { arcs: 'none' }).size));
  const [query, key] = [own, other].map((one) => line(one, { arcs: 'none', mostSize }));
  const keyTop = query.height + BETWEEN * unit;
  return { query, key, keyTop, width, height: keyTop + key.height };
}
