/** Rows of numbers, parted by commas, semicolons, tabs or spaces: CSV, and what spreadsheets and editors have. */
import { FileFault, type Place, type Tensor } from '../tensor.ts';
import { Growing } from './growing.ts';
import { isLeftOut, kindOf, LEFT_OUT, type NumberKind, numberOf } from './printed-number.ts';
import { cellsOf, type Line, linesOf, partingOf } from './table-lines.ts';

/**
 * Line by line: of a long table there are never more texts than those of a cell.
 * @throws FileFault where a row has other than the first, or a cell is no number
 */
export function readTable(text: string): Tensor {
  const [first, second] = linesOf(text);
  if (first === undefined) throw new FileFault('There is no number here.');
  const parting = partingOf(text);
  const hasHeader = second !== undefined && isHeader(cellsOf(first, parting));
  // A column without a name numbers the rows, as pandas writes it.
  const skipped = hasHeader && cellsOf(first, parting).next().value === '' ? 1 : 0;
  const values = new Growing();
  let kind: NumberKind | undefined;
  let [row, width] = [0, 0];
  for (const line of linesOf(text)) {
    if (hasHeader && line.number === first.number) continue;
    let column = -skipped;
    for (const cell of cellsOf(line, parting)) {
      if (column++ < 0) continue;
      const value = numberOf(cell);
      if (value === undefined) throw noNumber(line, cell, { row: row + 1, column });
      if (kind !== 'float') kind = kindWith(kind, kindOf(cell));
      values.push(value);
    }
    if (row++ === 0) width = column;
    else if (column !== width) throw ragged({ row, count: column, width }, { line: line.number, column: 1 });
  }
  const dtype = kind === 'bool' ? 'bool' : kind === 'int' ? 'int64' : 'float64';
  return { name: '', dtype, shape: [row, width], values: values.all() };
}

const kindWith = (kind: NumberKind | undefined, own: NumberKind): NumberKind =>
  kind === undefined || kind === own ? own : 'float';

function isHeader(cells: Iterable<string>): boolean {
  let isSaid = false;
  for (const cell of cells) {
    if (numberOf(cell) !== undefined || isLeftOut(cell)) return false;
    isSaid ||= cell !== '';
  }
  return isSaid;
}

function ragged({ row, count, width }: { row: number; count: number; width: number }, place: Place): FileFault {
  return new FileFault(`row ${row} has ${count} ${count === 1 ? 'number' : 'numbers'}, row 1 has ${width}.`, place);
}

/** By the column of cells, as one sees them. */
function noNumber({ number, text }: Line, cell: string, at: { row: number; column: number }): FileFault {
  const place = { line: number, column: Math.max(0, cell === '' ? 0 : text.indexOf(cell)) + 1 };
  if (isLeftOut(cell)) return new FileFault(LEFT_OUT, place);
  const where = `row ${at.row}, column ${at.column}`;
  return new FileFault(cell === '' ? `${where} is empty.` : `${where}: “${cell.slice(0, 40)}” is no number.`, place);
}
