/** A pattern as a part of a figure that is taken along, as wide whatever the window is. */
import { textWidth } from '../../controls/size.ts';
import type { Part } from '../../pictures/figure.ts';
import { planSheet, SHEET_LABEL, type Sheet, sheetMarks, sheetSides } from '../../pictures/sheet.ts';
import type { Pair } from '../../state/state.ts';

const WIDTH = 420;
const HEIGHT = 560;

/** How wide names are in a file, whose type has one size. */
export const fileMeasure = (names: readonly string[]): number =>
  names.reduce((most, name) => Math.max(most, textWidth(name, SHEET_LABEL)), 0);

export function patternPart(
  sheet: Sheet,
  words: { queries: readonly string[]; keys: readonly string[] },
  cell: Pair | undefined,
): Part {
  const setting = {
    sheet,
    words: { rows: sheet.rows, columns: sheet.columns },
    rowWords: words.queries,
    columnWords: words.keys,
    width: WIDTH,
    height: HEIGHT,
    unit: 1,
    measure: fileMeasure,
  };
  const plan = planSheet(setting);
  const { width, height } = plan;
  const lit = { row: cell?.query, column: cell?.key, tile: undefined };
  return { width, height, marks: [...sheetMarks(setting, plan), ...sheetSides(setting, plan, lit)] };
}
