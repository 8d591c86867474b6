import { textWidth, unit } from '../../controls/size.ts';
import { SHEET_LABEL } from '../../pictures/sheet.ts';

/** The widest of some words, beside or over a matrix. */
export const measure = (words: readonly string[]): number =>
  words.reduce((most, word) => Math.max(most, textWidth(word, SHEET_LABEL * unit.value)), 0);
