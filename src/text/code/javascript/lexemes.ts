import jsTokens from 'js-tokens';
import type { Lexeme } from '../link.ts';

const PASSED_OVER = new Set([
  'WhiteSpace',
  'LineTerminatorSequence',
  'SingleLineComment',
  'MultiLineComment',
  'HashbangComment',
]);

/** The tokens of JavaScript and TypeScript, up to one more than `most`. Whatever is neither is still cut. */
export function javascriptLexemes(code: string, hasMarkup: boolean, most: number): Lexeme[] {
  const lexemes: Lexeme[] = [];
  let start = 0;
  for (const { type, value } of hasMarkup ? jsTokens(code, { jsx: true }) : jsTokens(code)) {
    const end = start + value.length;
    const isEmpty = PASSED_OVER.has(type) || (type === 'JSXText' && /^\s*$/.test(value));
    if (!isEmpty) lexemes.push({ start, end, isText: type === 'JSXText' });
    start = end;
    if (lexemes.length > most) break;
  }
  return lexemes;
}
