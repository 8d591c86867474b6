/** A matrix that can be pointed at: with the pointer, or cell by cell with the arrow keys. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Axis } from '../pictures/grid.ts';
import { cellAt, type MatrixPlan, type MatrixSetting, matrix, matrixSides, planMatrix } from '../pictures/matrix.ts';
import type { Palette } from '../pictures/palette.ts';
import { Marks } from '../pictures/svg.tsx';
import { CanvasPicture } from './canvas-picture.tsx';

export interface Cell {
  row: number;
  column: number;
}

interface MatrixProps {
  /** Of more than one on a page each has its own. */
  id?: string;
  label: string;
  setting: MatrixSetting;
  colors: Palette;
  axis: Axis;
  sources: readonly number[];
  pair: Cell | undefined;
  onPoint(cell: Cell | undefined): void;
  onPick(cell: Cell): void;
  /** The arrow keys lead to a cell. */
  onWalk(cell: Cell): void;
}

export function MatrixPicture({
  id = 'matrix',
  label,
  setting,
  colors,
  axis,
  sources,
  pair,
  onPoint,
  onPick,
  onWalk,
}: MatrixProps): JSX.Element {
  const plan = useMemo(() => planMatrix(setting), [setting]);
  const marks = useMemo(() => matrix(setting, plan), [setting, plan]);
  const { width, height } = plan;
  const under = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return cellAt(plan, event.clientX - left, event.clientY - top);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this is a picture with cells.
    <div
      role="group"
      id={id}
      class="matrix"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk its cells.
      tabIndex={0}
      aria-label={label}
      style={{ width: `${width}px`, height: `${height}px` }}
      onPointerMove={(event) => event.pointerType === 'mouse' && onPoint(under(event))}
      onPointerLeave={() => onPoint(undefined)}
      onBlur={() => onPoint(undefined)}
      onClick={(event) => {
        const cell = under(event);
        if (cell !== undefined) onPick(cell);
      }}
      onKeyDown={(event) => {
        const at = pair ?? { row: 0, column: 0 };
        if (event.key === 'Enter') onPick(at);
        const next = beside(event.key, at, plan);
        if (next !== undefined) onWalk(next);
        if (next !== undefined || event.key === 'Enter') event.preventDefault();
      }}
    >
      <CanvasPicture marks={marks} width={width} height={height} colors={colors} />
      <Marks marks={matrixSides(setting, plan, { axis, sources, pair })} width={width} height={height} />
    </div>
  );
}

function beside(key: string, { row, column }: Cell, { rows, columns }: MatrixPlan): Cell | undefined {
  if (key === 'ArrowUp') return { row: Math.max(0, row - 1), column };
  if (key === 'ArrowDown') return { row: Math.min(rows - 1, row + 1), column };
  if (key === 'ArrowLeft') return { row, column: Math.max(0, column - 1) };
  if (key === 'ArrowRight') return { row, column: Math.min(columns - 1, column + 1) };
  return undefined;
}
