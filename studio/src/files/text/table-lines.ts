/** The lines of a table, and what stands between its separators, one after the other. */

export interface Line {
  /** From 1. */
  number: number;
  text: string;
}

const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];

/** Lines that are empty, or comments as np.savetxt writes them, are none. By hand: of millions of lines a search with a result each takes twice as long. */
export function* linesOf(text: string): Generator<Line, undefined> {
  for (let [start, number] = [0, 1]; start < text.length; number++) {
    let end = start;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === LINE_FEED || code === CARRIAGE_RETURN) break;
    }
    const line = text.slice(start, end);
    if (!/^\s*(?:#|$)/.test(line)) yield { number, text: line };
    const isPair = text.charCodeAt(end) === CARRIAGE_RETURN && text.charCodeAt(end + 1) === LINE_FEED;
    start = end + (isPair ? 2 : 1);
  }
}

export interface Parting {
  /** Undefined: spaces. */
  separator: '\t' | ';' | ',' | undefined;
  isDecimalComma: boolean;
}

/** What parts the cells: the first of these that stands in any line. */
export function partingOf(text: string): Parting {
  const isIn = (separator: string) => {
    if (text.includes(separator)) for (const line of linesOf(text)) if (line.text.includes(separator)) return true;
    return false;
  };
  const separator = (['\t', ';', ','] as const).find(isIn);
  return { separator, isDecimalComma: separator === ';' && hasDecimalComma(text) };
}

/** Where semicolons part, the comma may be the decimal one. */
function hasDecimalComma(text: string): boolean {
  if (text.includes(',')) for (const line of linesOf(text)) if (/(?:^|;)\s*[+-]?\d+,\d/.test(line.text)) return true;
  return false;
}

/** Without quotes and spaces around them. */
export function* cellsOf({ text }: Line, { separator, isDecimalComma }: Parting): Generator<string, undefined> {
  if (separator === undefined) {
    const line = text.trim();
    for (let start = 0; start < line.length; ) {
      const found = line.slice(start).search(/\s/);
      const end = found < 0 ? line.length : start + found;
      if (end > start) yield bare(line.slice(start, end));
      start = end + 1;
    }
    return;
  }
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf(separator, start);
    const end = found < 0 ? text.length : found;
    const cell = bare(text.slice(start, end).trim());
    // Spreadsheets end a line with a tab.
    if (separator === '\t' && found < 0 && cell === '' && start > 0) return;
    yield isDecimalComma ? cell.replace(',', '.') : cell;
    start = end + 1;
  }
}

const bare = (cell: string): string => (cell.startsWith('"') ? cell.replace(/^"(.*)"$/, '$1').trim() : cell);
