/** Numbers of the lesson in writing: as they were given, and as they are compared. */
import type { Comparison } from '../../ask/lesson/page.ts';
import type { Part } from '../../ask/lesson/part.ts';
import { long, short } from '../../pictures/figures.ts';

/** Whole numbers as one writes them; others with two decimals. */
export const given = (value: number): string => (Number.isInteger(value) ? signed(value) : short(value));
/** The same with four. */
export const exactly = (value: number): string => (Number.isInteger(value) ? signed(value) : long(value));

/** As short as four digits can be. */
export const factor = (value: number): string => signed(Number(value.toPrecision(4)));

const signed = (value: number) => String(value).replace('-', '−');

export const RELATIONS = { equals: '=', 'differs from': '≠', 'is greater than': '>' } as const;

/** One side of a comparison; a number that names a word is written as that word. */
export function writtenSide(
  { left, right }: Pick<Comparison, 'left' | 'right'>,
  side: 'left' | 'right',
  parts: readonly Part[],
): string {
  const { values } = side === 'left' ? left : right;
  const words = wordsNamedBy(left, parts);
  const written = values.map((value) => (words === undefined ? exactly(value) : named(value, words)));
  return written.length === 1 ? written[0] : `[${written.join(', ')}]`;
}

const named = (index: number, words: readonly string[]) =>
  index in words ? `“${words[index]}” (${index})` : `no word (${exactly(index)})`;

/** The words that the numbers at a place count; undefined where they count none. */
function wordsNamedBy(
  { request, pointer = '' }: Comparison['left'],
  parts: readonly Part[],
): readonly string[] | undefined {
  const part = parts.find(({ name }) => name === request);
  return part?.is === 'text' && /\/(index|max_key\/\d+)$/.test(pointer) ? part.reading.keys : undefined;
}
