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
export function strengthsOf(values: Float32Array, { scale, most, isLog }: Strengthening): Float32Array {
  const strengths = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === Number.NEGATIVE_INFINITY) strengths[i] = Number.NaN;
    else if (isLog && scale === 'weights') strengths[i] = logarithmic(value / most);
    else strengths[i] = Math.max(-1, Math.min(1, value / most));
  }
  return strengths;
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
