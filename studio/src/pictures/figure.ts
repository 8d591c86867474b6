/** Parts of a picture below one another, as a figure of a paper has them. */
import type { Mark } from './mark.ts';
import type { Picture } from './picture.ts';

export interface Part {
  width: number;
  height: number;
  marks: readonly Mark[];
}

const EDGE = 24;
const BETWEEN = 28;

export function figure(
  parts: readonly Part[],
  { title, description }: Pick<Picture, 'title' | 'description'>,
): Picture {
  const width = Math.max(...parts.map((part) => part.width));
  let y = EDGE;
  const placed = parts.map((part) => {
    const at = { x: EDGE + (width - part.width) / 2, y, marks: part.marks };
    y += part.height + BETWEEN;
    return at;
  });
  return {
    title,
    description,
    width: Math.ceil(width + 2 * EDGE),
    height: Math.ceil(y - BETWEEN + EDGE),
    parts: placed,
  };
}
