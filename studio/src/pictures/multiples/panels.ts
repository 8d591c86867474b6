/** Pictures of one kind side by side, two by two, each below its name: rows of a figure. */
import type { Part } from '../figure.ts';
import type { Measure } from '../word-line.ts';

export interface Panel {
  title: string;
  part: Part;
}

const COLUMNS = 2;
const TITLE_SIZE = 14;

export function panels(all: readonly Panel[], measure: Measure): Part[][] {
  // One needs no name.
  if (all.length === 1) return [[all[0].part]];
  const width = Math.max(0, ...all.map(({ title, part }) => Math.max(part.width, measure(title, TITLE_SIZE))));
  const rows: Part[][] = [];
  for (let first = 0; first < all.length; first += COLUMNS) {
    const row = all.slice(first, first + COLUMNS);
    rows.push(row.map(({ title }) => titleOf(title, width)));
    rows.push(row.map(({ part }) => ({ ...part, width })));
  }
  return rows;
}

function titleOf(text: string, width: number): Part {
  const size = TITLE_SIZE;
  const mark = { is: 'text', x: 0, y: size / 2, text, size, anchor: 'start', paint: 'quiet' } as const;
  return { width, height: size, marks: [mark], isTitle: true };
}
