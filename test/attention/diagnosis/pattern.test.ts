import { describe, expect, it } from 'vitest';
import { type Pattern, patternOf } from '../../../src/attention/diagnosis/pattern.ts';
import { placesOf } from '../../../src/attention/diagnosis/where.ts';
import type { FloatProblem } from '../../../src/attention/problem.ts';
import { patternWords } from '../../../src/requests/diagnosis/pattern-words.ts';
import { plainProblem } from '../problems.ts';
import { diagnosisOf, dumpOf } from './dumped.ts';

const sizes = { batch: 2, numHeads: 4, numKeyHeads: 4, queryLength: 64, keyLength: 64, headDim: 2, valueDim: 4 };
type IsOff = (at: { batch: number; head: number; row: number; column: number }) => boolean;

/** What is said of numbers of which some are off by 1. */
function said(isOff: IsOff, options: Partial<FloatProblem> = {}): { pattern: Pattern; words: string } {
  const { batch, numHeads, queryLength, valueDim } = sizes;
  const given = Float64Array.from({ length: batch * numHeads * queryLength * valueDim }, (_, n) => {
    const row = Math.floor(n / valueDim);
    const head = Math.floor(row / queryLength);
    const at = { batch: Math.floor(head / numHeads), head: head % numHeads, row: row % queryLength };
    return Number(isOff({ ...at, column: n % valueDim }));
  });
  const diagnosis = diagnosisOf(dumpOf({ ...plainProblem(sizes), ...options }, given));
  // What is right is 0 here.
  diagnosis.exact?.fill(0);
  const pattern = patternOf(diagnosis, placesOf(diagnosis, diagnosis.tolerance));
  return { pattern, words: patternWords(pattern, { rows: queryLength, columns: valueDim }) };
}

describe('where numbers are off', () => {
  it.each<[string, IsOff]>([
    ['nowhere', () => false],
    ['all', () => true],
    ['batch entry 1', ({ batch }) => batch === 1],
    ['head 2', ({ head }) => head === 2],
    ['heads 0 and 3', ({ head }) => head === 0 || head === 3],
    ['heads 1 to 3', ({ head }) => head > 0],
    ['rows from 32 on', ({ row }) => row >= 32],
    ['the first 5 rows', ({ row }) => row < 5],
    ['rows 7 to 9', ({ row }) => row >= 7 && row < 10],
    ['row 63', ({ row }) => row === 63],
    ['the last 4 rows of each block of 16', ({ row }) => row % 16 >= 12],
    ['column 3', ({ column }) => column === 3],
    ['columns from 2 on', ({ column }) => column >= 2],
    ['the first 2 columns', ({ column }) => column < 2],
    ['batch entry 0, head 1, rows from 60 on', ({ batch, head, row }) => batch === 0 && head === 1 && row >= 60],
  ])('is told as "%s"', (words, isOff) => {
    expect(said(isOff).words).toBe(words);
  });

  it('is told by the keys that rows see, where a causal mask lets them see more and more', () => {
    const { words } = said(({ row }) => row >= 40, { causal: true });
    // Row 39 sees 40 keys.
    expect(words).toBe('only rows that see more than 40 keys (rows from 40 on)');
  });

  it('is told of rows that are padding', () => {
    expect(said(({ row }) => row >= 50, { queryLengths: [50, 50] }).words).toBe('padded rows');
  });

  it('is told as scattered where nothing fits', () => {
    expect(said(({ row }) => [3, 11, 20, 37, 41].includes(row)).words).toBe('40 of 512 rows, without a pattern');
  });

  it('is found in a batch of very many entries', () => {
    const many = { ...sizes, batch: 60_000, numHeads: 1, numKeyHeads: 1, queryLength: 1, keyLength: 1, valueDim: 1 };
    const dump = dumpOf(
      plainProblem(many),
      Float64Array.from({ length: many.batch }, (_, n) => n % 2),
    );
    const diagnosis = diagnosisOf(dump);
    expect(patternOf(diagnosis, placesOf(diagnosis, diagnosis.tolerance)).batches).toHaveLength(30_000);
  });
});
