import { codesFor, type Encoding } from './encoding.ts';

/** Tokens look at their duplicates: q and k are a code of the word. */
export function sameTokenEncoding(queries: readonly string[], keys: readonly string[]): Encoding {
  const distinct = [...new Set([...queries, ...keys])];
  const numberOf = new Map(distinct.map((word, i) => [word, i]));
  const codes = codesFor(distinct.length);
  return {
    dims: codes.dims,
    query: (row, into) => codes.write(numberOf.get(queries[row]) ?? 0, into),
    key: (row, into) => codes.write(numberOf.get(keys[row]) ?? 0, into),
  };
}
