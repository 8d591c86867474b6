import { type Compact, compacted } from '../compact.ts';
import type { Lexeme } from '../link.ts';

/** Python in short: lines are as deep as how many others are less deep, so that what was cut out of a block is whole, too. */
export function compactPython(text: string, lexemes: readonly Lexeme[]): Compact {
  const [first] = lexemes;
  const widths = new Set([first === undefined ? 0 : widthOf(text.slice(0, first.start))]);
  for (const [i, { start }] of lexemes.entries()) {
    const line = i === 0 ? undefined : lineStart(text.slice(lexemes[i - 1].end, start));
    if (line !== undefined) widths.add(widthOf(line));
  }
  const ranks = new Map([...widths].sort((a, b) => a - b).map((width, rank) => [width, rank]));
  return compacted(text, lexemes, (gap) => {
    const line = lineStart(gap);
    return line === undefined ? ' ' : `\n${' '.repeat(ranks.get(widthOf(line)) ?? 0)}`;
  });
}

/** What a line begins with that ends this gap; undefined if no line does, as `\` goes on with one. */
function lineStart(gap: string): string | undefined {
  const bare = gap.replace(/#[^\r\n]*/g, '').replace(/\\\r?\n/g, ' ');
  const at = Math.max(bare.lastIndexOf('\n'), bare.lastIndexOf('\r'));
  return at < 0 ? undefined : bare.slice(at + 1);
}

/** Tabs go to the next multiple of 8, and a form feed starts anew. */
function widthOf(space: string): number {
  let width = 0;
  for (const character of space.slice(Math.max(space.lastIndexOf('\n'), space.lastIndexOf('\f')) + 1)) {
    width += character === '\t' ? 8 - (width % 8) : 1;
  }
  return width;
}
