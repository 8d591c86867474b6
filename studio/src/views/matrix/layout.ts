/** Where what stands in the picture: the cells, the rulers above and beside them, and the statistics of rows. */
import type { Extent } from '../../pictures/atlas.ts';

export interface Layout {
  /** Of all, in pixels. */
  width: number;
  height: number;
  /** Of the cells. */
  left: number;
  top: number;
  extent: Extent;
  /** Where the strips of statistics begin, and how wide each is; there are none where that is 0. */
  strips: { left: number; width: number };
}

const RULER = 56;
const RULER_ABOVE = 28;
const STRIP = 44;
const STRIP_GAP = 8;
export const STRIPS = ['entropy', 'max_weight', 'mean_distance'] as const;
const NARROW = 520;

/** @param unit of type, in pixels by 16 */
export function layoutOf(
  width: number,
  height: number,
  { unit, hasStrips }: { unit: number; hasStrips: boolean },
): Layout {
  const left = RULER * unit;
  const top = RULER_ABOVE * unit;
  const strip = hasStrips && width >= NARROW * unit ? STRIP * unit : 0;
  const right = strip === 0 ? 0 : STRIPS.length * (strip + STRIP_GAP * unit);
  const extent = { width: Math.max(1, width - left - right), height: Math.max(1, height - top) };
  const strips = { left: left + extent.width + STRIP_GAP * unit, width: strip };
  return { width, height, left, top, extent, strips };
}
