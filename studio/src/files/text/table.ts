/** Rows of numbers, parted by commas, semicolons, tabs or spaces: CSV, and what spreadsheets and editors have. */
import { FileFault, type Tensor } from '../tensor.ts';
import { Growing } from './growing.ts';
import { placeAt } from './place.ts';
import { isLeftOut, kindOf, LEFT_OUT, type NumberKind, numberOf } from './printed-number.ts';

interface Row {
  /** From 1. */
  line: number;
  cells: readonly string[];
}

/** @throws FileFault where a row has other than the first, or a cell is no number */
export function readTable(text: string): Tensor {
  const rows = rowsOf(text);
  const [first, ...others] = rows;
  if (first === undefined) throw new FileFault('There is no number here.');
  const numbers = isHeader(first) && others.length > 0 ? below(first, others) : rows;
  const [{ cells: firstCells }] = numbers;
  const values = new Growing();
  let kind: NumberKind | undefined;
  for (const [index, { cells, line }] of numbers.entries()) {
    for (const [column, cell] of cells.entries()) {
      const value = numberOf(cell);
      const place = { line, column: column + 1 };
      if (value === undefined) throw noNumber(text, cell, place, index);
      const own = kindOf(cell);
      kind = kind === undefined || kind === own ? own : 'float';
      values.push(value);
    }
    if (cells.length === firstCells.length) continue;
    const count = `${cells.length} ${cells.length === 1 ? 'number' : 'numbers'}`;
    throw new FileFault(`row ${index + 1} has ${count}, row 1 has ${firstCells.length}.`, { line, column: 1 });
  }
  const dtype = kind === 'bool' ? 'bool' : kind === 'int' ? 'int64' : 'float64';
  return { name: '', dtype, shape: [numbers.length, firstCells.length], values: values.all() };
}

/** A column without a name numbers the rows, as pandas writes it. */
const below = (header: Row, rows: readonly Row[]): readonly Row[] =>
  header.cells[0] === '' ? rows.map((row) => ({ ...row, cells: row.cells.slice(1) })) : rows;

const isHeader = ({ cells }: Row): boolean =>
  cells.some((cell) => cell !== '') && cells.every((cell) => numberOf(cell) === undefined && !isLeftOut(cell));

/** By the column of cells, as one sees them. */
function noNumber(
  text: string,
  cell: string,
  { line, column }: { line: number; column: number },
  row: number,
): FileFault {
  const lineText = text.split('\n')[line - 1] ?? '';
  const at = Math.max(0, cell === '' ? 0 : lineText.indexOf(cell));
  const place = { line, column: placeAt(lineText, at).column };
  if (isLeftOut(cell)) return new FileFault(LEFT_OUT, place);
  const where = `row ${row + 1}, column ${column}`;
  return new FileFault(cell === '' ? `${where} is empty.` : `${where}: “${cell.slice(0, 40)}” is no number.`, place);
}

/** Lines that are empty, or comments as np.savetxt writes them, are none. */
function rowsOf(text: string): Row[] {
  const lines = text.split(/\r\n|\n|\r/).map((line, index) => ({ line: index + 1, text: line }));
  const said = lines.filter(({ text: line }) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  const separator = [/\t/, /;/, /,/].find((one) => said.some(({ text: line }) => one.test(line)));
  // Where semicolons part, the comma may be the decimal one.
  const isDecimalComma = separator?.source === ';' && said.some(({ text: line }) => /(^|;)\s*[+-]?\d+,\d/.test(line));
  return said.map(({ line, text: own }) => {
    const cells = separator === undefined ? own.trim().split(/\s+/) : own.split(separator).map((cell) => cell.trim());
    if (separator?.source === '\\t' && cells.at(-1) === '') cells.pop();
    const bare = cells.map((cell) => cell.replace(/^"(.*)"$/, '$1').trim());
    return { line, cells: isDecimalComma ? bare.map((cell) => cell.replace(',', '.')) : bare };
  });
}
