import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { difference, MOST_DIFFERENT, reduced } from './likeness.ts';

type Rectangle = readonly [x: number, y: number, width: number, height: number];

/** White rectangles on black, 400 by 400, reduced. */
function picture(rectangles: readonly Rectangle[], color = 255): PNG {
  const png = new PNG({ width: 400, height: 400 });
  for (let i = 3; i < png.data.length; i += 4) png.data[i] = 255;
  for (const [x, y, width, height] of rectangles)
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++)
        png.data.fill(color, 4 * (row * 400 + column), 4 * (row * 400 + column) + 3);
  return reduced(png);
}
const square: Rectangle = [100, 100, 80, 80];

describe('the likeness of two screenshots', () => {
  it('is whole where they are the same', () => {
    expect(difference(picture([square]), picture([square]))).toBe(0);
  });

  it('is not lost by a line that is drawn a fifth darker', () => {
    const edge: Rectangle = [100, 100, 80, 1];
    expect(difference(picture([edge], 255), picture([edge], 205))).toBe(0);
  });

  it.each([
    ['a square is missing', picture([])],
    ['a square stands elsewhere', picture([[110, 100, 80, 80]])],
    ['a square has another color', picture([square], 128)],
    ['a number more is there', picture([square, [300, 300, 30, 24]])],
  ])('is lost where %s', (_, other) => {
    expect(difference(picture([square]), other)).toBeGreaterThan(MOST_DIFFERENT);
  });

  it('is lost where the sizes differ', () => {
    expect(difference(picture([]), new PNG({ width: 100, height: 101 }))).toBe(1);
  });
});
