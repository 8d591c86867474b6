/** A step of a film as the page keeps it: what it is of, and its numbers. */
import type { Plan, Step } from 'spotlight-client';

export type StepName = Step['name'];
export type FilmPlan = Plan;

export interface Frame {
  /** 1, 2, 3 … */
  seq: number;
  name: StepName;
  /** The head, by its number. */
  head: number;
  /** The rows that it is of, end exclusive. */
  rows: readonly [number, number];
  /** The keys that it is of, where it is a tile's. */
  tile: { index: number; keys: readonly [number, number] } | undefined;
  shape: readonly number[];
  /** Row by row. */
  numbers: Float32Array;
  /** In words of the service. */
  formula: string;
  /** Thread time that computing it took. */
  ms: number;
}

export function frameOf(step: Step<'typed'>): Frame {
  const { seq, name, head = 0, row, rows, tile, shape, data, formula, ms } = step;
  const numbers = data.data instanceof Float32Array ? data.data : Float32Array.from(data.data);
  // Of a step with all rows, its first dimension says how many.
  const own = rows ?? (row === undefined ? ([0, shape[0] ?? 1] as const) : ([row, row + 1] as const));
  return { seq, name, head, rows: own, tile, shape, numbers, formula, ms };
}

/** What keeping it costs, about: the numbers, and the objects around them. */
export const bytesOf = ({ numbers }: Frame): number => numbers.byteLength + 400;
