import type { Lexeme } from '../link.ts';

/** After what a star does not multiply. */
const BEFORE_STAR = new Set(['[', '(', ',', ':', 'in']);

/**
 * Python that the grammar does not know, written as what it does know, at the same places and with the same names: `t"…"` as
 * `f"…"`, `:=` without parentheses as `==`, `lambda a, /` with `*`, `yield` alone as `...`, `1.` as `10`, no star in `in *a` or
 * `a[*b]`, no backslash before an expression in a formatted string, and in `with` a comma for `as`, of which only the s is overwritten.
 */
export function mendedPython(code: string, lexemes: readonly Lexeme[]): string {
  const words = lexemes.map(({ start, end }) => code.slice(start, end));
  const characters = code.split('');
  let depth = 0;
  /** How deep in brackets the head of a `with` stands. */
  let withDepth: number | undefined;
  for (const [i, { start, end, isText }] of lexemes.entries()) {
    const word = words[i];
    const next = words[i + 1];
    if (isText) {
      if (word.endsWith('\\') && next === '{') characters[end - 1] = ' ';
      continue;
    }
    if ('([{'.includes(word)) depth++;
    else if (')]}'.includes(word)) depth--;
    else if (word === 'with') withDepth = depth;
    else if (word === ':' && depth === withDepth) withDepth = undefined;
    else if (word === 'as' && withDepth !== undefined) characters.splice(start, 2, ' ', ',');
    else if (word === ':=') characters[start] = '=';
    else if (word === '/' && words[i - 1] === ',' && (next === ',' || next === ':')) characters[start] = '*';
    else if (word === '*' && BEFORE_STAR.has(words[i - 1]) && next !== ',' && next !== ')') characters[start] = ' ';
    else if (/^[\d_]+\./.test(word)) characters[start + word.indexOf('.')] = '0';
    else if (word === 'yield' && isAlone(code.slice(end, lexemes[i + 1]?.start), next, depth)) {
      characters.splice(start, 5, ...'...  ');
    } else if (/^(?:t|rt|tr)["']/i.test(word)) {
      for (let at = start; at < end; at++) if (/t/i.test(code[at])) characters[at] = 'f';
    }
  }
  return characters.join('');
}

/** Whether nothing follows: the end of the line outside of brackets, or of what it stands in. */
function isAlone(space: string, next: string | undefined, depth: number): boolean {
  return next === undefined || ')]},;='.includes(next) || (depth === 0 && /[\r\n]/.test(space));
}
