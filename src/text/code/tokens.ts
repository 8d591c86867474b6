import type { Token } from '../token.ts';
import type { Code } from './code.ts';

/** The tokens of code, without white space and comments. Whatever is not of its language is still cut into tokens. */
export function codeTokens(text: string, { lexemes }: Code): Token[] {
  let at = 0;
  let byte = 0;
  return lexemes.map(({ start, end }) => {
    const byteStart = byte + Buffer.byteLength(text.slice(at, start));
    const token = text.slice(start, end);
    byte = byteStart + Buffer.byteLength(token);
    at = end;
    return { id: null, text: token, start, end, byteStart, byteEnd: byte, special: false };
  });
}
