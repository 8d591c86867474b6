/**
 * A dump to begin with. Two heads of the last three words look at all six, as where the first three are in a cache: each may see
 * what came before it. The code whose output this is let the first of the three see the first word only, as if they stood at the
 * beginning: the causal corner that flash-attention changed in its version 2.1.
 */
import { type Dump, numbered } from './dump.ts';

const WORDS = ['The', 'cat', 'sat', 'on', 'the', 'mat'];
const HEADS = 2;
const HEAD_DIM = 4;
const QUERIES = 3;

type Matrix = number[][];

/** Numbers that look like any others, from −2 to 2. */
const numbers = (rows: number, seed: number): Matrix =>
  Array.from({ length: rows }, (_, row) =>
    Array.from(
      { length: HEAD_DIM },
      (_, column) => Math.round(2000 * Math.sin(seed + 2.3 * row + 1.7 * column * (row + 1))) / 1000,
    ),
  );

/** softmax(query · keyᵀ / √d) · value of what each query sees: as the books have it, line by line. */
export function attention(query: Matrix, key: Matrix, value: Matrix, sees: (row: number, key: number) => boolean) {
  return query.map((q, row) => {
    const scores = key.map((k, j) => (sees(row, j) ? dot(q, k) / Math.sqrt(q.length) : Number.NEGATIVE_INFINITY));
    const most = Math.max(...scores);
    const parts = scores.map((score) => Math.exp(score - most));
    const sum = parts.reduce((total, part) => total + part, 0);
    return value[0].map((_, column) => dot(parts, columnOf(value, column)) / sum);
  });
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const columnOf = (matrix: Matrix, column: number) => matrix.map((row) => row[column]);

/** As it stands in the file. */
export function exampleRequest() {
  const heads = [...Array(HEADS).keys()];
  const query = heads.map((head) => numbers(QUERIES, 1 + head));
  const key = heads.map((head) => numbers(WORDS.length, 4 + head));
  const value = heads.map((head) => numbers(WORDS.length, 7 + head));
  const upperLeft = (row: number, j: number) => j <= row;
  const expected_output = heads.map((head) => attention(query[head], key[head], value[head], upperLeft));
  return { query, key, value, is_causal: 'lower_right', expected_output };
}

export const exampleDump = (): Dump =>
  numbered({
    name: 'an example',
    type: 'application/json',
    body: new Blob([JSON.stringify(exampleRequest())]),
    words: { queries: WORDS.slice(-QUERIES), keys: WORDS },
  });
