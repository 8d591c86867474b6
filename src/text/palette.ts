/**
 * Colors of weights: viridis by Stéfan van der Walt and Nathaniel Smith (matplotlib, CC0), at nine even places. Its lightness
 * rises evenly, so that order is seen in gray and with any color vision; more weight is more light.
 */
const VIRIDIS: readonly Rgb[] = [
  [0x44, 0x01, 0x54],
  [0x47, 0x2d, 0x7b],
  [0x3b, 0x52, 0x8b],
  [0x2c, 0x72, 0x8e],
  [0x21, 0x91, 0x8c],
  [0x28, 0xae, 0x80],
  [0x5e, 0xc9, 0x62],
  [0xad, 0xdc, 0x30],
  [0xfd, 0xe7, 0x25],
];

/** So many colors are told apart at most: pictures stay small, and nobody sees the difference. */
export const COLOR_LEVELS = 64;

/** The luminance on which black and white have the same contrast: (L + 0.05)² = 1.05 · 0.05. */
const EQUAL_CONTRAST = Math.sqrt(1.05 * 0.05) - 0.05;

type Rgb = readonly [red: number, green: number, blue: number];

export interface WeightColor {
  fill: string;
  /** Black or white, whichever has more contrast on `fill`: one of both always has 4.5:1 (WCAG 2.2, success criterion 1.4.3). */
  ink: string;
}

/** Colors from no weight to the largest. */
export const weightColors: readonly WeightColor[] = Array.from({ length: COLOR_LEVELS }, (_, level) => {
  const color = colorAt(level / (COLOR_LEVELS - 1));
  return { fill: hex(color), ink: luminance(color) > EQUAL_CONTRAST ? '#000000' : '#ffffff' };
});

/** The level of a share (0 to 1) of the largest weight. */
export function colorLevel(share: number): number {
  return Math.round(Math.min(1, share) * (COLOR_LEVELS - 1));
}

function colorAt(share: number): Rgb {
  const place = share * (VIRIDIS.length - 1);
  const below = Math.min(Math.floor(place), VIRIDIS.length - 2);
  const [from, to] = [VIRIDIS[below], VIRIDIS[below + 1]];
  const mix = (k: 0 | 1 | 2) => Math.round(from[k] + (to[k] - from[k]) * (place - below));
  return [mix(0), mix(1), mix(2)];
}

function hex(color: Rgb): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance of an sRGB color (WCAG 2.2). */
function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
