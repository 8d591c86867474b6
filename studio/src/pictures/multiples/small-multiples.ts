/** Many small matrices in rows and columns, as layers × heads: each a frame, and cells once they are there. */
import { type Grid, largest } from '../grid.ts';
import type { Mark } from '../mark.ts';

export interface MultiplesSetting {
  rows: number;
  columns: number;
  /** Row by row; undefined where one is not there yet. */
  grids: readonly (Grid | undefined)[];
  /** Of the rows' numbers: `layer`; of the columns': `head`. */
  rowTitle: string;
  columnTitle: string;
  /** What there is room for; they may be higher where they would be too small to be seen. */
  width: number;
  height: number;
  unit: number;
  measure(names: readonly string[]): number;
}

export interface MultiplesPlan {
  left: number;
  top: number;
  /** Of one picture, and from one to the next. */
  side: number;
  pitch: number;
  rows: number;
  columns: number;
  width: number;
  height: number;
}

export interface Multiple {
  row: number;
  column: number;
}

const SIZE = 12;
const GAP = 8;
const BETWEEN = 4;
const MOST_SIDE = 96;
const LEAST_SIDE = 24;

export function planMultiples({
  rows,
  columns,
  width,
  height,
  unit,
  measure,
  rowTitle,
}: MultiplesSetting): MultiplesPlan {
  const left = Math.max(measure([rowTitle]), measure([String(rows - 1)])) + GAP * unit;
  const top = 2 * (SIZE + 4) * unit;
  const high = Math.max(LEAST_SIDE * unit, (height - top) / Math.max(1, rows));
  const exact = Math.min(MOST_SIDE * unit, (width - left) / Math.max(1, columns), high);
  const gap = exact >= 16 * unit ? BETWEEN * unit : 1;
  const pitch = exact >= 4 ? Math.floor(exact) : Math.max(1, exact);
  const side = Math.max(1, pitch - gap);
  return { left, top, side, pitch, rows, columns, width: left + columns * pitch, height: top + rows * pitch };
}

export function multiplesMarks({ grids }: MultiplesSetting, plan: MultiplesPlan): Mark[] {
  const { left, top, side, pitch, columns } = plan;
  const most = Math.max(...grids.map((grid) => (grid === undefined ? 0 : largest(grid.values))));
  return grids.map((grid, at): Mark => {
    const [x, y] = [left + (at % columns) * pitch, top + Math.floor(at / columns) * pitch];
    if (grid === undefined) return { is: 'frame', x, y, width: side, height: side, paint: 'line' };
    const { rows, columns: cells, values } = grid;
    const strengths = scaled(values, most);
    return { is: 'cells', x, y, cell: side / cells, cellHeight: side / rows, rows, columns: cells, strengths };
  });
}

/** The root of the weight beside the largest of all: among many words every weight is small, and would not be seen. */
function scaled(values: Float32Array, most: number): Float32Array {
  if (most === 0 || most === Number.POSITIVE_INFINITY) return values;
  return values.map((value) => Math.sqrt(Math.max(0, value) / most));
}

interface Lit {
  picked: Multiple;
  pointed: Multiple | undefined;
}

/** Numbers at the sides and frames around what is picked and pointed at: what changes while the cells stay. */
export function multiplesSides(setting: MultiplesSetting, plan: MultiplesPlan, { picked, pointed }: Lit): Mark[] {
  const { unit, rowTitle, columnTitle, measure } = setting;
  const { left, top, side, pitch, rows, columns } = plan;
  const frame = ({ row, column }: Multiple, paint: 'light' | 'text'): Mark => ({
    is: 'frame',
    x: left + column * pitch - 1,
    y: top + row * pitch - 1,
    width: side + 2,
    height: side + 2,
    paint,
  });
  const text = { is: 'text', size: SIZE * unit } as const;
  const paint = (isLit: boolean) => (isLit ? 'light' : 'quiet');
  // Every number, or every second, fourth and so on, as there is room.
  const step = (room: number) => 2 ** Math.max(0, Math.ceil(Math.log2(room / pitch)));
  const across = step(measure([String(columns - 1)]) + GAP * unit);
  const down = step((SIZE + 4) * unit);
  const each = (count: number, by: number) => [...Array(count).keys()].filter((index) => index % by === 0);
  return [
    ...(pointed === undefined ? [] : [frame(pointed, 'text')]),
    frame(picked, 'light'),
    { ...text, x: left - GAP * unit, y: top - (SIZE / 2 + 4) * unit, text: rowTitle, anchor: 'end', paint: 'quiet' },
    { ...text, x: left, y: (SIZE / 2) * unit, text: columnTitle, anchor: 'start', paint: 'quiet' },
    ...each(rows, down).map((row): Mark => {
      const y = top + row * pitch + side / 2;
      return { ...text, x: left - GAP * unit, y, text: String(row), anchor: 'end', paint: paint(row === picked.row) };
    }),
    ...each(columns, across).map((column): Mark => {
      const [x, y] = [left + column * pitch + side / 2, top - (SIZE / 2 + 4) * unit];
      return { ...text, x, y, text: String(column), anchor: 'middle', paint: paint(column === picked.column) };
    }),
  ];
}

/** The picture under a point, with the gap to the next; undefined beside all. */
export function multipleAt(plan: MultiplesPlan, x: number, y: number): Multiple | undefined {
  const row = Math.floor((y - plan.top) / plan.pitch);
  const column = Math.floor((x - plan.left) / plan.pitch);
  return row >= 0 && row < plan.rows && column >= 0 && column < plan.columns ? { row, column } : undefined;
}
