/** Errors in cells that can be pointed at: with the pointer, or cell by cell with the arrow keys. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type HeatCell, type HeatSetting, heatCellAt, heatMarks, heatSides, planHeat } from '../pictures/heat.ts';
import type { Palette } from '../pictures/palette.ts';
import { Marks } from '../pictures/svg.tsx';
import { CanvasPicture } from './canvas-picture.tsx';

interface HeatProps {
  id?: string;
  label: string;
  setting: HeatSetting;
  colors: Palette;
  lit: HeatCell | undefined;
  onPoint(cell: HeatCell | undefined): void;
  /** Of a picture where a cell leads on. */
  onPick?(cell: HeatCell): void;
}

export function HeatPicture({ id, label, setting, colors, lit, onPoint, onPick }: HeatProps): JSX.Element {
  const plan = useMemo(() => planHeat(setting), [setting]);
  const marks = useMemo(() => heatMarks(setting, plan), [setting, plan]);
  const { width, height } = plan;
  const under = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return heatCellAt(plan, event.clientX - left, event.clientY - top);
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
      onPointerLeave={(event) => event.pointerType === 'mouse' && onPoint(undefined)}
      onBlur={() => onPoint(undefined)}
      onClick={(event) => {
        const cell = under(event);
        onPoint(cell);
        if (cell !== undefined) onPick?.(cell);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && lit !== undefined) onPick?.(lit);
        const next = beside(event.key, lit, plan);
        if (next !== undefined) onPoint(next);
        if (next !== undefined || event.key === 'Enter') event.preventDefault();
      }}
    >
      <CanvasPicture marks={marks} width={width} height={height} colors={colors} />
      <Marks marks={heatSides(setting, plan, lit)} width={width} height={height} />
    </div>
  );
}

const MOVES: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The first arrow leads to the first cell. */
function beside(key: string, at: HeatCell | undefined, size: { rows: number; columns: number }): HeatCell | undefined {
  const move = MOVES[key];
  if (move === undefined) return undefined;
  if (at === undefined) return { row: 0, column: 0 };
  const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
  return { row: within(at.row + move[0], size.rows), column: within(at.column + move[1], size.columns) };
}
