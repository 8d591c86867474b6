/** Says which page is open, and what a row shows that is pointed at or picked. */
import { contents } from '../../ask/lesson/lesson.ts';
import type { Part } from '../../ask/lesson/part.ts';
import { reach } from '../../pictures/grid.ts';
import { said } from '../sentence/said.ts';
import { hover, inspected, litRow, place, rowsOf, shownPage } from './shown.ts';

export function saidNow(): string {
  const [open, part] = [shownPage.value, inspected.value];
  if (open === undefined || part === undefined) return '';
  const light = rowSaid(part);
  if (hover.value !== undefined) return light;
  return `Page ${place.value + 1} of ${contents.value.last?.length ?? 0}: ${open.title}. ${light}`;
}

function rowSaid(part: Part): string {
  const row = litRow(part);
  const [{ weights }] = part.is === 'text' ? part.reading.heads : part.heads;
  const keys = part.is === 'text' ? part.reading.keys : part.keys;
  return said(reach(weights, 'row', row), 'looks-at', [rowsOf(part)[row]], keys);
}
