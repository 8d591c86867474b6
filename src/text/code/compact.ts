import type { CodeLink, Lexeme } from './link.ts';

/**
 * Code without its comments and with hardly any white space, as parsers are given it: where code is wrong, they go over what
 * stands between two tokens again and again.
 */
export interface Compact {
  code: string;
  /** The same tokens as in the text, at their places here. */
  lexemes: readonly Lexeme[];
}

/** `between` says what is left of what stands before a token. */
export function compacted(text: string, lexemes: readonly Lexeme[], between: (gap: string) => string): Compact {
  const parts: string[] = [];
  const moved: Lexeme[] = [];
  let at = 0;
  let length = 0;
  for (const { start, end, isText } of lexemes) {
    const gap = start > at && at > 0 ? between(text.slice(at, start)) : '';
    const lexeme = text.slice(start, end);
    parts.push(gap, lexeme);
    length += gap.length;
    moved.push({ start: length, end: length + lexeme.length, isText });
    length += lexeme.length;
    at = end;
  }
  return { code: parts.join(''), lexemes: moved };
}

/** Links of compact code as those of the text that it was made of, whose tokens are `lexemes`. */
export function restored(links: readonly CodeLink[], compact: Compact, lexemes: readonly Lexeme[]): CodeLink[] {
  const original = (place: number): number => {
    const at = indexAt(compact.lexemes, place);
    return place - compact.lexemes[at].start + lexemes[at].start;
  };
  return links.map(({ from, to, kind }) => {
    const start = original(from.start);
    return { from: { start, end: start + from.end - from.start }, to: original(to), kind };
  });
}

/** The last token that starts at a place or before it. */
function indexAt(lexemes: readonly Lexeme[], place: number): number {
  let low = 0;
  let high = lexemes.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (lexemes[middle].start <= place) low = middle;
    else high = middle;
  }
  return low;
}
