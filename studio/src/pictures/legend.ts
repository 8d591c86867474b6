/** What the colors of a matrix mean: a piece of their scale with its ends, and the hatching. */
import { rough, short } from './figures.ts';
import type { Mark, Paint, Scale } from './mark.ts';
import { SHEET_LABEL } from './sheet.ts';
import { DECADES } from './strength.ts';

interface LegendSetting {
  scale: Scale;
  most: number;
  /** Of a weight of `most`; by default the light. */
  paint?: Paint | undefined;
  hasHidden: boolean;
  /** Whether each step of the colors is a factor. */
  isLog?: boolean;
  unit: number;
  measure(words: readonly string[]): number;
}

export const LEGEND_HEIGHT = 20;
const STEPS = 64;
const BAR = 96;
const GAP = 6;

export function legend({ scale, most, paint, hasHidden, isLog = false, unit, measure }: LegendSetting): Mark[] {
  const [height, size] = [10 * unit, SHEET_LABEL * unit];
  const y = (LEGEND_HEIGHT * unit) / 2;
  const largest = ended(most);
  const least = scale === 'signed' ? ended(-most) : isLog ? rough(most / 10 ** DECADES, 1) : '0';
  const text = { is: 'text', y, size, paint: 'quiet', anchor: 'start' } as const;
  const strengths = Float32Array.from({ length: STEPS }, (_, i) => {
    const part = i / (STEPS - 1);
    return scale === 'signed' ? 2 * part - 1 : part;
  });
  const cell = (BAR * unit) / STEPS;
  const bar = measure([least]) + GAP * unit;
  const bars = { is: 'cells', y: y - height / 2, cellHeight: height, rows: 1 } as const;
  const behind = bar + (BAR + GAP) * unit;
  const marks: Mark[] = [
    { ...text, x: 0, text: least },
    { ...bars, x: bar, cell, columns: STEPS, strengths, scale, paint },
    { ...text, x: behind, text: largest },
  ];
  if (!hasHidden) return marks;
  const hidden = behind + measure([largest]) + 4 * GAP * unit;
  return [
    ...marks,
    { ...bars, x: hidden, cell: 2 * height, columns: 1, strengths: Float32Array.of(Number.NaN) },
    { ...text, x: hidden + 2 * height + GAP * unit, text: 'may not be seen' },
  ];
}

/** Two decimals, where these tell anything. */
const ended = (value: number) => (Math.abs(value) < 0.1 || Math.abs(value) >= 1e4 ? rough(value, 2) : short(value));
