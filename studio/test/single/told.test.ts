import { describe, expect, it } from 'vitest';
import { weightsSheet } from '../../src/carry/weights-sheet.ts';
import { exact, numberAt, told } from '../../src/single/told.ts';

const grid = (...values: number[]) => ({ rows: 2, columns: 3, values: Float32Array.from(values) });
const sheet = weightsSheet(grid(0.1, 0.2, 0.7, 0.5, 0, 0.5), (row, column) => row === 1 && column === 1);
const page = { rowWords: ['I', 'am'], columnWords: ['je', 'suis', 'moi'], matrices: [{ title: 'a head', sheet }] };

describe('what is lit, in words', () => {
  it('is a number with all its digits, and its place', () => {
    expect(told(page, { row: 0, column: 2 })).toBe('“I” → “moi” 0.7 (row 1 of 2, column 3 of 3)');
  });

  it('is that a cell may not be seen', () => {
    expect(told(page, { row: 1, column: 1 })).toBe('“am” → “suis” may not be seen (row 2 of 2, column 2 of 3)');
  });

  it('is the largest of a row or a column, without what may not be seen', () => {
    expect(told(page, { row: 1, column: undefined })).toBe('“am” → “je” 0.5, “moi” 0.5');
    expect(told(page, { row: undefined, column: 0 })).toBe('“je” ← “am” 0.5, “I” 0.1');
    expect(told(page, { row: undefined, column: 1 })).toBe('“suis” ← “I” 0.2');
  });

  it('is the number of each of several matrices', () => {
    const other = { title: 'another', sheet: weightsSheet(grid(1, 0, 0, 0, 0, 1), () => false) };
    expect(told({ ...page, matrices: [...page.matrices, other] }, { row: 0, column: 0 })).toBe(
      '“I” → “je” a head: 0.1; another: 1 (row 1 of 2, column 1 of 3)',
    );
  });

  it('counts columns that are no words from 1', () => {
    const numbers = { title: 'keys', sheet: { ...sheet, isOfPairs: false } };
    expect(told({ ...page, matrices: [numbers] }, { row: 0, column: 1 })).toMatch(/^“I” → number 2 0\.2 /);
  });

  it('is nothing where nothing is lit', () => {
    expect(told(page, { row: undefined, column: undefined })).toBe('');
  });

  it('says of what is not computed yet that it is not there', () => {
    const [block] = sheet.blocks;
    const first = { ...sheet, blocks: [{ ...block, rows: 1, values: block.values.subarray(0, 3) }] };
    expect(numberAt(first, 0, 1)).toBe(Math.fround(0.2));
    expect(numberAt(first, 1, 0)).toBeUndefined();
    expect(told({ ...page, matrices: [{ title: 'a head', sheet: first }] }, { row: 1, column: 0 })).toMatch(
      /not there yet/,
    );
  });
});

describe('a number with all its digits', () => {
  it.each([
    [Math.fround(0.1), '0.1'],
    [-2.5, '−2.5'],
    [0, '0'],
    [Number.NEGATIVE_INFINITY, '−∞'],
    [Number.NaN, 'NaN'],
    [undefined, '–'],
  ])('of %s is %s', (value, text) => {
    expect(exact(value)).toBe(text);
  });
});
