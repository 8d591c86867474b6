import jsTokens from 'js-tokens';
import { RequestError } from '../../errors.ts';
import type { Token } from '../token.ts';

/** Parsers of broken code may go over it once for each fault, so that their time grows with the square of its length. */
export const MAX_CODE_LENGTH = 16_384;

const PASSED_OVER = new Set(['WhiteSpace', 'LineTerminatorSequence', 'SingleLineComment', 'MultiLineComment']);

/**
 * The tokens of JavaScript, without white space and comments. Whatever is no JavaScript is still cut into tokens.
 * @throws RequestError `text_too_long`
 */
export function codeTokens(code: string): Token[] {
  if (code.length > MAX_CODE_LENGTH) {
    throw new RequestError(
      'text_too_long',
      `code may have ${MAX_CODE_LENGTH} characters, and this has ${code.length}`,
      {
        pointer: '/text',
      },
    );
  }
  const tokens: Token[] = [];
  let start = 0;
  let byteStart = 0;
  for (const { type, value } of jsTokens(code)) {
    const end = start + value.length;
    const byteEnd = byteStart + Buffer.byteLength(value);
    if (!PASSED_OVER.has(type)) tokens.push({ id: null, text: value, start, end, byteStart, byteEnd, special: false });
    start = end;
    byteStart = byteEnd;
  }
  return tokens;
}
