import type { Lexeme } from '../link.ts';
import { FormattedString } from './formatted-string.ts';

const PASSED_OVER = /(?:[ \t\f\r\n\ufeff]+|\\\r?\n|#[^\r\n]*)+/y;
const FORMATTED = /([fF][rR]?|[rR][fF]|[tT][rR]?|[rR][tT])('''|"""|'|")/y;
const STRING =
  /(?:[rR][bB]?|[bB][rR]?|[uU])?(?:'''(?:[^'\\]+|\\[\s\S]|'(?!''))*(?:'''|\\?$)|"""(?:[^"\\]+|\\[\s\S]|"(?!""))*(?:"""|\\?$)|'(?:[^'\\\r\n]+|\\(?:\r\n|[\s\S]))*'?|"(?:[^"\\\r\n]+|\\(?:\r\n|[\s\S]))*"?)/y;
const NUMBER =
  /0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?[jJ]?/y;
const NAME = /[\p{XID_Start}_]\p{XID_Continue}*/uy;
const OPERATOR = /\*\*=?|\/\/=?|>>=?|<<=?|[-+*/%&|^@=<>!:]=|->|\.\.\./y;
const ANYTHING = /[\s\S]/uy;

/**
 * The tokens of Python, up to a few more than `most`, as its own tokenizer (3.12) cuts them: a formatted string is what opens it, its texts, the tokens of its
 * expressions and what closes it. Whatever is no Python is still cut.
 */
export function pythonLexemes(code: string, most: number): Lexeme[] {
  const lexemes: Lexeme[] = [];
  const open: FormattedString[] = [];
  let at = 0;
  const lengthOf = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.exec(code)?.[0].length ?? 0;
  };
  const take = (length: number, isText = false) => {
    if (length > 0) lexemes.push({ start: at, end: at + length, isText });
    at += length;
  };
  while (at < code.length && lexemes.length <= most) {
    const inside = open.at(-1);
    if (inside !== undefined && !inside.isInExpression) {
      take(inside.textLength(code, at), true);
      const { length, isClosed } = inside.endText(code, at);
      take(length);
      if (isClosed) open.pop();
      continue;
    }
    at += lengthOf(PASSED_OVER);
    if (at >= code.length) break;
    FORMATTED.lastIndex = at;
    const formatted = FORMATTED.exec(code);
    if (formatted !== null) {
      open.push(new FormattedString(formatted[1], formatted[2]));
      take(formatted[0].length);
    } else {
      // An operator such as := is two things after an expression in a formatted string.
      const isEnd = inside?.endsExpression(code[at]) ?? false;
      take(
        isEnd ? 1 : [STRING, NUMBER, NAME, OPERATOR, ANYTHING].reduce((length, next) => length || lengthOf(next), 0),
      );
    }
  }
  return lexemes;
}
