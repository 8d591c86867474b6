/** Which pictures there are of a pattern or an output, with their names: of one request one, of two three. */
import type { Sheet } from '../../pictures/sheet.ts';
import { largestOf, sheetOf } from '../patterns/pattern-sheet.ts';
import type { HeadMatrix } from './head-matrices.ts';
import type { Shown } from './shown.ts';
import { titleOfSecond } from './told.ts';

export interface Titled {
  name: 'first' | 'second' | 'difference';
  title: string;
  sheet: Sheet;
  hasHidden: boolean;
}

const FIRST: Record<Kind, string> = { weights: 'weights', output: 'output' };
type Kind = 'weights' | 'output';

export function pictured(kind: Kind, shown: Shown | undefined): Titled[] {
  if (shown === undefined) return [];
  const { first, second, against, difference } = shown;
  const scale = kind === 'weights' ? 'weights' : 'signed';
  const both = [first, ...(second === undefined ? [] : [second])];
  // The same color means the same number in both.
  const most = kind === 'weights' ? 1 : largestOf(both.map(({ values }) => largestOf(values.map(Math.abs)))) || 1;
  const titled = (name: Titled['name'], title: string, matrix: HeadMatrix, sheet: Partial<Sheet>): Titled => {
    const drawn = { ...sheetOf(matrix, matrix.values, sheet.scale ?? scale), ...sheet };
    return { name, title, sheet: drawn, hasHidden: matrix.hasHidden };
  };
  const one = titled('first', second === undefined ? FIRST[kind] : 'as it is', first, { most });
  if (second === undefined || against === undefined) return [one];
  const other = titled('second', titleOfSecond(against), second, { most });
  if (difference === undefined) return [one, other];
  return [one, other, titled('difference', 'second − first', difference, { scale: 'signed' })];
}
