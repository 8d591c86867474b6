/** The colors of a theme, by their parts. */
import type { Paint } from './mark.ts';
import { parseColor, type Rgb, ramp, signedRamp } from './scale.ts';

export interface Palette {
  /** '#rrggbb' */
  color(paint: Paint): string;
  rgb(paint: Paint): Rgb;
  /** The scale of weights from the ground to a color, see scale.ts. */
  ramp(paint: Paint): Uint8ClampedArray;
  /** The scale of numbers of both signs. */
  signed: Uint8ClampedArray;
}

/** @param property the value of a custom property of CSS, such as '--light' */
export function palette(property: (name: string) => string): Palette {
  // Read once: each reading would have a page that has just changed compute its style at once.
  const known = new Map<Paint, string>();
  const color = (paint: Paint) => {
    const value = known.get(paint) ?? property(`--${paint}`).trim();
    known.set(paint, value);
    return value;
  };
  const rgb = (paint: Paint) => parseColor(color(paint));
  const ramps = new Map<Paint, Uint8ClampedArray>();
  const rampTo = (paint: Paint) => {
    const bytes = ramps.get(paint) ?? ramp(rgb('raised'), rgb(paint));
    ramps.set(paint, bytes);
    return bytes;
  };
  return { color, rgb, ramp: rampTo, signed: signedRamp(rgb('cold'), rgb('raised'), rgb('light')) };
}
