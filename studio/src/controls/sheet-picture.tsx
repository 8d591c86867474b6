/** A matrix that fills, which can be pointed at: with the pointer, or cell by cell with the arrow keys. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Palette } from '../pictures/palette.ts';
import { type Lit, planSheet, type SheetSetting, sheetCellAt, sheetMarks, sheetSides } from '../pictures/sheet.ts';
import { Marks } from '../pictures/svg.tsx';
import { CanvasPicture } from './canvas-picture.tsx';

interface SheetProps {
  /** Of more than one on a page each has its own. */
  id?: string;
  label: string;
  setting: SheetSetting;
  colors: Palette;
  lit: Lit;
  onPoint(cell: { row: number; column: number } | undefined): void;
  onPick(cell: { row: number; column: number }): void;
}

export function SheetPicture({ id = 'matrix', label, setting, colors, lit, onPoint, onPick }: SheetProps): JSX.Element {
  const plan = useMemo(() => planSheet(setting), [setting]);
  const marks = useMemo(() => sheetMarks(setting, plan), [setting, plan]);
  const { width, height } = plan;
  const { sheet } = setting;
  const under = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return sheetCellAt(setting, plan, event.clientX - left, event.clientY - top);
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
      onClick={(event) => {
        const cell = under(event);
        if (cell !== undefined) onPick(cell);
      }}
      onKeyDown={(event) => {
        const move = MOVES[event.key];
        if (move === undefined) return;
        event.preventDefault();
        const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
        onPick({
          row: within((lit.row ?? 0) + move[0], sheet.rows),
          column: within((lit.column ?? 0) + move[1], sheet.columns),
        });
      }}
    >
      <CanvasPicture marks={marks} width={width} height={height} colors={colors} />
      <Marks marks={sheetSides(setting, plan, lit)} width={width} height={height} />
    </div>
  );
}

const MOVES: Record<string, readonly [number, number] | undefined> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
