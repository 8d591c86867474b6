/** The colors of a theme, by their parts. */
import type { Paint } from './mark.ts';
import { parseColor, type Rgb, ramp, stepOf } from './scale.ts';

export interface Palette {
  /** '#rrggbb' */
  color(paint: Paint): string;
  rgb(paint: Paint): Rgb;
  /** The scale of weights, see scale.ts. */
  ramp: Uint8ClampedArray;
}

/** @param property the value of a custom property of CSS, such as '--light' */
export function palette(property: (name: string) => string): Palette {
  const color = (paint: Paint) => property(`--${paint}`).trim();
  const rgb = (paint: Paint) => parseColor(color(paint));
  return { color, rgb, ramp: ramp(rgb('raised'), rgb('light')) };
}

/** The color of a cell. */
export function cellColor({ ramp }: Palette, strength: number): Rgb {
  const at = 3 * stepOf(strength);
  return [ramp[at], ramp[at + 1], ramp[at + 2]];
}
