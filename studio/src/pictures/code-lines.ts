/** Where the tokens of code stand: on their lines and in their columns, as it was written. */
import type { Box, WordLine } from './word-line.ts';

interface CodeSetting {
  text: string;
  words: readonly string[];
  /** Where each word begins in the text. */
  starts: readonly number[];
  width: number;
  unit: number;
  /** How wide a character is in type of size 1; all are. */
  advance: number;
}

/** What does not fit in the least size is wider than there is room for. */
const LEAST_SIZE = 11;
const MOST_SIZE = 15;
/** From line to line, by the size of type: a number fits between. */
const PITCH = 2.5;
const ROOM = 16;

export function codeLines({ text, words, starts, width, unit, advance }: CodeSetting): WordLine {
  const lines = text.trimEnd().split('\n');
  const columns = Math.max(1, ...lines.map(({ length }) => length));
  const size = Math.max(LEAST_SIZE * unit, Math.min(MOST_SIZE * unit, width / (columns * advance)));
  const pitch = PITCH * size;
  const boxes = words.map((word, i): Box => {
    const before = text.slice(0, starts[i]).split('\n');
    const column = before[before.length - 1].length;
    const own = word.length * advance * size;
    return {
      x: column * advance * size + own / 2,
      y: (before.length - 0.5) * pitch,
      width: own,
      line: before.length - 1,
    };
  });
  return {
    boxes,
    size,
    width: columns * advance * size,
    height: (lines.length + 0.25) * pitch,
    numberDrop: 1.05 * size,
    room: ROOM * unit,
    lines: lines.length,
    margin: 0,
  };
}
