/** Numbers → colors: one scale for all weights, from the ground to the light, even to the eye (OKLab; Ottosson 2020). */

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

export const STEPS = 256;

/** Lightness rises evenly; yellow comes a little before red, or weak weights would look pink on white. */
const BENT = [1, 1.2, 0.8];

/** The scale in steps, as bytes: red, green, blue of each. */
export function ramp(ground: Rgb, light: Rgb): Uint8ClampedArray {
  const [from, to] = [oklab(ground), oklab(light)];
  const bytes = new Uint8ClampedArray(3 * STEPS);
  for (let i = 0; i < STEPS; i++) {
    const part = i / (STEPS - 1);
    const mixed = from.map((value, channel) => value + part ** BENT[channel] * (to[channel] - value));
    bytes.set(rgb(mixed), 3 * i);
  }
  return bytes;
}

/** From the cold over the ground to the light: numbers below and above 0, whose step is MIDDLE. */
export function signedRamp(cold: Rgb, ground: Rgb, light: Rgb): Uint8ClampedArray {
  const [below, above] = [ramp(ground, cold), ramp(ground, light)];
  const bytes = new Uint8ClampedArray(3 * (2 * STEPS - 1));
  for (let i = 0; i < STEPS; i++) {
    bytes.set(below.subarray(3 * i, 3 * i + 3), 3 * (MIDDLE - i));
    bytes.set(above.subarray(3 * i, 3 * i + 3), 3 * (MIDDLE + i));
  }
  return bytes;
}

const MIDDLE = STEPS - 1;

/** The step of a strength on the signed scale. */
export const signedStepOf = (strength: number): number =>
  strength < 0 ? MIDDLE - stepOf(-strength) : MIDDLE + stepOf(strength);

/** The step of a strength; what is not quite 0 is not drawn as 0. */
export const stepOf = (strength: number): number =>
  strength <= 0 ? 0 : Math.max(1, Math.min(STEPS - 1, Math.round(strength * (STEPS - 1))));

/** '#rrggbb', or '#rgb' as what makes style sheets small writes it, → its numbers. */
export function parseColor(text: string): Rgb {
  const digits = text.trim().replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
  if (!/^#[0-9a-f]{6}$/i.test(digits)) throw new Error(`${text} is no color`);
  const at = (place: number) => Number.parseInt(digits.slice(place, place + 2), 16);
  return [at(1), at(3), at(5)];
}

/** Black or white on a color: one of both always has a contrast of 4.58 or more (WCAG 2.2). */
export const inkOn = (color: Rgb): '#000000' | '#ffffff' => (luminance(color) > 0.179 ? '#000000' : '#ffffff');

/** How two colors stand apart, from 1 to 21 (WCAG 2.2). */
export function contrast(one: Rgb, other: Rgb): number {
  const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const linear = (value: number) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const encoded = (value: number) => 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

function oklab(color: Rgb): number[] {
  const [red, green, blue] = color.map(linear);
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function rgb([lightness, a, b]: readonly number[]): number[] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encoded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
