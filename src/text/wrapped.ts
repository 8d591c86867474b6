/** Sentences as lines for a terminal. */
import { displayWidth } from './label.ts';
import { DEFAULT_WIDTH } from './table.ts';

/** Breaks a text at its spaces into lines of at most `width` columns; a word that is longer has a line of its own. */
export function wrapped(text: string, width = DEFAULT_WIDTH): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].join('\n');
}
