/** Where numbers are off, in words. */
import type { Pattern, RowPattern } from '../../attention/diagnosis/pattern.ts';

/** "head 2", "heads 0, 3 and 5", "heads 4 to 7". */
export function namesOf(what: string, numbers: readonly number[], plural = `${what}s`): string {
  if (numbers.length === 1) return `${what} ${numbers[0]}`;
  const first = numbers[0];
  const last = numbers[numbers.length - 1];
  if (numbers.length > 2 && last - first === numbers.length - 1) return `${plural} ${first} to ${last}`;
  if (numbers.length > MOST_NUMBERS) return `${numbers.length} ${plural} from ${first} to ${last}`;
  return `${plural} ${numbers.slice(0, -1).join(', ')} and ${last}`;
}

const MOST_NUMBERS = 8;

/** Rows or columns of an axis that has `length` of them. */
export function rangeWords(what: string, { from, to }: { from: number; to: number }, length: number): string {
  if (to - from === 1) return `${what} ${from}`;
  if (to === length) return `${what}s from ${from} on`;
  return from === 0 ? `the first ${to} ${what}s` : `${what}s ${from} to ${to - 1}`;
}

function rowWords(rows: RowPattern, length: number): string {
  switch (rows.kind) {
    case 'all':
      return '';
    case 'rows':
      return rangeWords('row', rows, length);
    case 'last_rows_of_blocks':
      return `the last ${rows.block - rows.from} rows of each block of ${rows.block}`;
    case 'rows_that_see_more': {
      const also = rows.rows === undefined ? '' : ` (${rangeWords('row', rows.rows, length)})`;
      return `only rows that see more than ${rows.keys} ${rows.keys === 1 ? 'key' : 'keys'}${also}`;
    }
    case 'padded_rows':
      return 'padded rows';
    case 'scattered':
      return `${rows.count} of ${rows.of} rows, without a pattern`;
  }
}

/** @param areHeads whether units are heads, which multi-head answers have joined */
export function patternWords(pattern: Pattern, sizes: { rows: number; columns: number }): string {
  if (!pattern.isAnywhere) return 'nowhere';
  const words = [
    pattern.batches && namesOf('batch entry', pattern.batches, 'batch entries'),
    pattern.units && namesOf('head', pattern.units),
    rowWords(pattern.rows, sizes.rows),
    pattern.columns && rangeWords('column', pattern.columns, sizes.columns),
  ].filter((part) => part !== undefined && part !== '');
  return words.length === 0 ? 'all' : words.join(', ');
}
