import { describe, expect, it } from 'vitest';
import { contrast, inkOn, parseColor, type Rgb, ramp, STEPS, stepOf } from '../../src/pictures/scale.ts';

const themes = [
  ['dark', '#17191f', '#ffb84d'],
  ['light', '#ffffff', '#9a5600'],
] as const;

describe('the scale of weights', () => {
  it.each(themes)('goes from the ground to the light: %s', (_name, ground, light) => {
    const colors = ramp(parseColor(ground), parseColor(light));
    expect([...colors.slice(0, 3)]).toEqual([...parseColor(ground)]);
    expect([...colors.slice(-3)]).toEqual([...parseColor(light)]);
  });

  it.each(themes)('has a number with a contrast of 4.5 on every step: %s', (_name, ground, light) => {
    const colors = ramp(parseColor(ground), parseColor(light));
    for (let step = 0; step < STEPS; step++) {
      const color: Rgb = [colors[3 * step], colors[3 * step + 1], colors[3 * step + 2]];
      expect(contrast(color, parseColor(inkOn(color)))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('draws what is almost 0 otherwise than what is 0', () => {
    expect([stepOf(0), stepOf(1e-9), stepOf(1), stepOf(2)]).toEqual([0, 1, 255, 255]);
  });
});

describe('a contrast', () => {
  it('is that of WCAG: 21 of black and white, 4.48 of #777777 on white', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(contrast(parseColor('#777'), parseColor('#ffffff'))).toBeCloseTo(4.48, 2);
  });
});
