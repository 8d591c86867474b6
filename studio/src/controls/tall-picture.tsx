/** Marks on a canvas that may be taller than the window: only what is in sight is drawn. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Size } from '../pictures/draw.ts';
import type { Mark } from '../pictures/mark.ts';
import type { Palette } from '../pictures/palette.ts';
import { CanvasPicture } from './canvas-picture.tsx';
import { usePartInSight } from './in-sight.ts';

interface TallProps extends Size {
  marks: readonly Mark[];
  colors: Palette;
}

export function TallPicture({ marks, width, height, colors }: TallProps): JSX.Element {
  const { ref, part } = usePartInSight<HTMLDivElement>(height);
  const { top, bottom } = part;
  const size = useMemo(() => ({ width, height: Math.max(0, bottom - top), top }), [width, top, bottom]);
  return (
    <div ref={ref} class="marks">
      <div class="in-sight" style={{ top: `${top}px` }}>
        <CanvasPicture marks={marks} {...size} colors={colors} />
      </div>
    </div>
  );
}
