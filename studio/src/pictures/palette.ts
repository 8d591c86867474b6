/** The colors of a theme, by their parts. */
import type { Paint, Scale } from './mark.ts';
import { parseColor, type Rgb, ramp, signedRamp, signedStepOf, stepOf } from './scale.ts';

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

/** How cells are colored: towards which color, and by which scale. */
export interface Look {
  /** By default 'light'. */
  paint?: Paint | undefined;
  /** By default 'weights'. */
  scale?: Scale | undefined;
}

interface Colors {
  bytes: Uint8ClampedArray;
  /** Which of the colors a strength has. */
  step(strength: number): number;
}

export function colorsOf(palette: Palette, { paint = 'light', scale }: Look): Colors {
  return scale === 'signed'
    ? { bytes: palette.signed, step: signedStepOf }
    : { bytes: palette.ramp(paint), step: stepOf };
}

/** The color of a cell. */
export function cellColor(palette: Palette, strength: number, look: Look): Rgb {
  const { bytes, step } = colorsOf(palette, look);
  const at = 3 * step(strength);
  return [bytes[at], bytes[at + 1], bytes[at + 2]];
}
