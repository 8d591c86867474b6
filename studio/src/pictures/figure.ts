/** Parts of a picture below one another, as a figure of a paper has them, or in rows. */
import type { Mark } from './mark.ts';
import type { Picture } from './picture.ts';

export interface Part {
  width: number;
  height: number;
  marks: readonly Mark[];
  /** Whether it belongs to what is below it. */
  isTitle?: boolean;
}

const EDGE = 24;
const BETWEEN = 28;
const BELOW_TITLE = 10;

export function figure(
  rows: readonly (Part | readonly Part[])[],
  { title, description }: Pick<Picture, 'title' | 'description'>,
): Picture {
  const all = rows.map((row) => [row].flat());
  const widths = all.map((row) => row.reduce((sum, part) => sum + part.width + BETWEEN, -BETWEEN));
  const width = Math.max(...widths);
  let y = EDGE;
  let gap = 0;
  const parts = all.flatMap((row, i) => {
    y += gap;
    let x = EDGE + (width - widths[i]) / 2;
    const placed = row.map((part) => {
      const at = { x, y, marks: part.marks };
      x += part.width + BETWEEN;
      return at;
    });
    y += Math.max(0, ...row.map(({ height }) => height));
    gap = row.every(({ isTitle }) => isTitle) ? BELOW_TITLE : BETWEEN;
    return placed;
  });
  return { title, description, width: Math.ceil(width + 2 * EDGE), height: Math.ceil(y + EDGE), parts };
}
