/** Tables of made-up words, quickly. */
import {
  sectionsOf,
  type TableSections,
  type TableSizes,
  tableBytes,
  writeHeader,
} from '../../../src/text/vectors/layout.ts';

/** A table of the words w0000000 to the count; the numbers of a row are equal. */
export function madeUpTable(
  words: number,
  dims: number,
): { bytes: Uint8Array; sizes: TableSizes; sections: TableSections } {
  const names = Array.from({ length: words }, (_, i) => `w${String(i).padStart(7, '0')}`);
  const sizes = { words, dims, textBytes: words * 8, directions: 2 };
  const buffer = new ArrayBuffer(tableBytes(sizes));
  writeHeader(buffer, sizes);
  const sections = sectionsOf(buffer, sizes);
  sections.scales.fill(1 / 127);
  for (const [row, name] of names.entries()) {
    sections.ranks[row] = row;
    sections.starts[row + 1] = 8 * (row + 1);
    sections.text.set(Buffer.from(name), 8 * row);
    sections.rows.fill(1 + (row % 100), row * dims, (row + 1) * dims);
  }
  const backwards = names.map((name) => [...name].reverse().join(''));
  const order = names.map((_, row) => row).sort((a, b) => (backwards[a] < backwards[b] ? -1 : 1));
  sections.bySuffix.set(order);
  return { bytes: new Uint8Array(buffer), sizes, sections };
}
