/** The colors of a theme, by their parts. */
import type { Paint } from './mark.ts';
import { parseColor, type Rgb, ramp, signedRamp } from './scale.ts';

export interface Palette {
  /** '#rrggbb' */
  color(paint: Paint): string;
  rgb(paint: Paint): Rgb;
  /** The scale of weights, see scale.ts. */
  ramp: Uint8ClampedArray;
  /** The scale of numbers of both signs. */
  signed: Uint8ClampedArray;
}

/** @param property the value of a custom property of CSS, such as '--light' */
export function palette(property: (name: string) => string): Palette {
  // Asking the page costs more than drawing with the answer.
  const known = new Map<Paint, string>();
  const color = (paint: Paint) => {
    const value = known.get(paint) ?? property(`--${paint}`).trim();
    known.set(paint, value);
    return value;
  };
  const rgb = (paint: Paint) => parseColor(color(paint));
  const [ground, light, cold] = [rgb('raised'), rgb('light'), rgb('cold')];
  return { color, rgb, ramp: ramp(ground, light), signed: signedRamp(cold, ground, light) };
}
