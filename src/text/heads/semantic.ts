import type { WordVector } from '../word-vectors.ts';
import { codesFor, type Encoding, joined } from './encoding.ts';

/**
 * Words look at words of like meaning: q and k are their unit vectors, so that the score is the cosine.
 *
 * A word of which nothing is known has no place among the vectors. It is like itself alone (score 1), unlike all others
 * (score 0), and others look at it last: a key of it counts 1 less than it would, which is where cosines end.
 */
export function semanticEncoding(queries: readonly WordVector[], keys: readonly WordVector[], dims: number): Encoding {
  const meaning: Encoding = {
    dims,
    query: (row, into) => into.set(queries[row].vector),
    key: (row, into) => into.set(keys[row].vector),
  };
  const isUnknown = ({ source }: WordVector) => source === 'none';
  const unknown = [...new Set([...queries, ...keys].filter(isUnknown).map(({ word }) => word))];
  if (unknown.length === 0) return meaning;
  const codes = codesFor(unknown.length);
  const numberOf = new Map(unknown.map((word, i) => [word, i]));
  const write = ({ word }: WordVector, into: Float32Array, factor: number) => {
    codes.write(numberOf.get(word) ?? 0, into);
    for (let k = 0; k < into.length; k++) into[k] *= factor;
  };
  const itself: Encoding = {
    dims: codes.dims,
    query: (row, into) => isUnknown(queries[row]) && write(queries[row], into, 1),
    // 2 − 1 = 1, as the cosine of a known word with itself.
    key: (row, into) => isUnknown(keys[row]) && write(keys[row], into, 2),
  };
  const last: Encoding = {
    dims: 1,
    query: (_, into) => into.fill(1),
    key: (row, into) => into.fill(isUnknown(keys[row]) ? -1 : 0),
  };
  return joined(meaning, joined(last, itself));
}
