/** What one does with the matrix: to travel over it, to look into a cell, to choose another matrix. */
import { place, source } from '../../ask/matrix/current.ts';
import { cellUnder, movedSight, sightWith, zoomedSight } from '../../pictures/atlas.ts';
import { adjust, go, state } from '../../state/here.ts';
import type { MatrixChoice, Pair, Sight } from '../../state/state.ts';
import { counts, layout, pointedCell, sight } from './shown.ts';

interface Point {
  x: number;
  y: number;
}

const room = () => {
  const [all, laid] = [counts.peek(), layout.peek()];
  return all && laid && { counts: all, extent: laid.extent };
};

const travel = (matrixSight: Sight) => adjust('travelling', { matrixSight });

export function moveBy(dx: number, dy: number): void {
  const here = sight.peek();
  if (here !== undefined) travel(movedSight(here, dx, dy));
}

/** @param at in the picture; by default its middle */
export function zoomBy(factor: number, at?: Point): void {
  const [here, all, laid] = [sight.peek(), room(), layout.peek()];
  if (here === undefined || all === undefined || laid === undefined) return;
  const { width, height } = all.extent;
  const point = at === undefined ? { x: width / 2, y: height / 2 } : { x: at.x - laid.left, y: at.y - laid.top };
  travel(zoomedSight(here, factor, point, all));
}

export const showAll = (): void => go({ matrixSight: undefined });

export function cellAt({ x, y }: Point): Pair | undefined {
  const [here, all, laid] = [sight.peek(), room(), layout.peek()];
  if (here === undefined || all === undefined || laid === undefined) return undefined;
  if (x < laid.left || y < laid.top || x >= laid.left + all.extent.width) return undefined;
  return cellUnder(here, all.extent, all.counts, { x: x - laid.left, y: y - laid.top });
}

export function point(at: Point | undefined): void {
  pointedCell.value = at && cellAt(at);
}

/** Pressed again, a cell is let go. */
export function pick(at: Point): void {
  const picked = cellAt(at);
  const { matrixCell } = state.peek();
  const isSame = picked !== undefined && matrixCell?.query === picked.query && matrixCell.key === picked.key;
  go({ matrixCell: isSame ? undefined : picked });
}

/** Whether there was a cell to let go. */
export function letGo(): boolean {
  pointedCell.value = undefined;
  if (state.peek().matrixCell === undefined) return false;
  go({ matrixCell: undefined });
  return true;
}

/** To a cell, which is brought into sight. */
export function goToCell(cell: Pair, isNear = false): void {
  const [here, all] = [sight.peek(), room()];
  if (here === undefined || all === undefined) return;
  pointedCell.value = undefined;
  const nearer = isNear && here.cell < READABLE ? { row: cell.query + 0.5, key: cell.key + 0.5, cell: READABLE } : here;
  adjust('walking cells', { matrixCell: cell, matrixSight: sightWith(nearer, cell, all) });
}

/** Pixels of a cell whose number is written in it. */
export const READABLE = 44;

/** The arrow keys walk cell by cell, and where cells are too small to be seen, by as many as can be. */
export function walk(rows: number, keys: number): void {
  const [here, all] = [sight.peek(), counts.peek()];
  if (here === undefined || all === undefined) return;
  const { matrixCell } = state.peek();
  if (matrixCell === undefined) {
    goToCell({ query: Math.floor(here.row), key: Math.floor(here.key) });
    return;
  }
  const far = Math.max(1, Math.round(4 / here.cell));
  const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
  const query = within(matrixCell.query + far * rows, all.rows);
  goToCell({ query, key: within(matrixCell.key + far * keys, all.keys) });
}

export function choose(change: Partial<MatrixChoice>): void {
  const { matrix } = state.peek();
  const isOther = change.of !== undefined || change.size !== undefined;
  go({ matrix: { ...matrix, ...change }, ...(isOther && { matrixSight: undefined, matrixCell: undefined }) });
}

export function walkHeads(by: number): void {
  const [here, how] = [source.peek(), place.peek()];
  if (here === undefined || how === undefined) return;
  const head = (how.head + by + here.heads) % here.heads;
  adjust('choosing a head', { matrix: { ...state.peek().matrix, head } });
}
