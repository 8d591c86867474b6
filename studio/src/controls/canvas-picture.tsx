/** Marks on a canvas, drawn when they or the colors change and not at any other time. */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { draw, type Size } from '../pictures/draw.ts';
import type { Mark } from '../pictures/mark.ts';
import type { Palette } from '../pictures/palette.ts';

interface CanvasProps extends Size {
  marks: readonly Mark[];
  colors: Palette;
}

export function CanvasPicture({ marks, width, height, top, colors }: CanvasProps): JSX.Element {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (ref.current !== null) draw(ref.current, marks, { width, height, top }, colors);
  }, [marks, width, height, top, colors]);
  // What it says stands beside it, see the tables and the live region of each view.
  return <canvas ref={ref} style={{ width: `${Math.ceil(width)}px`, height: `${Math.ceil(height)}px` }} />;
}
