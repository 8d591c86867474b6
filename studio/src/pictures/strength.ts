/** Numbers of a matrix → how strong their colors are. */
import type { Scale } from './mark.ts';

/** Powers of ten that a logarithmic scale shows. */
export const DECADES = 6;

export interface Strengthening {
  scale: Scale;
  /** The number of the strongest color. */
  most: number;
  isLog: boolean;
}

/** From 0 to 1, or from −1 to 1; NaN where nothing may be seen. What is beyond the strongest is as strong. */
export const strengthsOf = (values: Float32Array, look: Strengthening): Float32Array =>
  values.map((value) => strengthOf(value, look));

export function strengthOf(value: number, { scale, most, isLog }: Strengthening): number {
  if (value === Number.NEGATIVE_INFINITY) return Number.NaN;
  return isLog && scale === 'weights' ? logarithmic(value / most) : Math.max(-1, Math.min(1, value / most));
}

/** 1 at 1, 0 at a millionth and below. */
const logarithmic = (part: number): number =>
  part <= 0 ? 0 : Math.max(0, Math.min(1, 1 + Math.log10(part) / DECADES));

/** The largest of all that can be seen, by its size. */
export function largestSize(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (Number.isFinite(value) && Math.abs(value) > most) most = Math.abs(value);
  return most;
}
