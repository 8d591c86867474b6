/** Bars that can be pointed at, one by one: with the pointer, or with the arrow keys. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type BarRow, barAt, barFrames, bars, planBars } from '../pictures/bars.ts';
import { Marks } from '../pictures/svg.tsx';

interface BarsProps {
  label: string;
  rows: readonly BarRow[];
  width: number;
  unit: number;
  /** The number that is told, from 0. */
  at: number;
  /** What is told of it. */
  told: string;
  onPoint(index: number | undefined): void;
}

export function BarsPicture({ label, rows, width, unit, at, told, onPoint }: BarsProps): JSX.Element {
  const plan = useMemo(() => planBars(rows, width, unit), [rows, width, unit]);
  const marks = useMemo(() => bars(rows, plan, unit), [rows, plan, unit]);
  const point = (event: PointerEvent & { currentTarget: HTMLElement }) =>
    onPoint(barAt(plan, event.clientX - event.currentTarget.getBoundingClientRect().left));
  return (
    <div
      role="slider"
      class="bars"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={1}
      aria-valuemax={plan.count}
      aria-valuenow={at + 1}
      aria-valuetext={told}
      style={{ height: `${plan.height}px` }}
      onPointerDown={point}
      onPointerMove={point}
      // A finger leaves when it is lifted: what it touched stays told.
      onPointerLeave={(event) => event.pointerType === 'mouse' && onPoint(undefined)}
      onBlur={() => onPoint(undefined)}
      onKeyDown={(event) => {
        const next = beside(event.key, at, plan.count);
        if (next === undefined) return;
        event.preventDefault();
        onPoint(next);
      }}
    >
      <Marks marks={marks} width={width} height={plan.height} />
      <Marks marks={barFrames(rows, plan, at, unit)} width={width} height={plan.height} />
    </div>
  );
}

function beside(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowLeft' || key === 'ArrowDown') return Math.max(0, at - 1);
  if (key === 'ArrowRight' || key === 'ArrowUp') return Math.min(count - 1, at + 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
