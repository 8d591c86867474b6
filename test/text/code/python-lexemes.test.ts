import { describe, expect, it } from 'vitest';
import { pythonLexemes } from '../../../src/text/code/python/lexemes.ts';

const cut = (code: string) => pythonLexemes(code, 1000).map(({ start, end }) => code.slice(start, end));

/** Expected tokens are those of the module tokenize of Python 3.12, without NEWLINE, INDENT, COMMENT and the like. */
describe('tokens of Python', () => {
  it('are names, numbers, strings and operators, without white space and comments', () => {
    expect(cut('def f(x, *, y=0x_Ff) -> int:  # a\n\treturn x ** -1.5e-3j // y != 1_000 \\\n  @ .5\n')).toEqual(
      'def|f|(|x|,|*|,|y|=|0x_Ff|)|->|int|:|return|x|**|-|1.5e-3j|//|y|!=|1_000|@|.5'.split('|'),
    );
    expect(cut('a:=b<<=c>>=d**=e//=f...g')).toEqual('a|:=|b|<<=|c|>>=|d|**=|e|//=|f|...|g'.split('|'));
  });

  it('are whole strings, whatever stands in them', () => {
    expect(cut(`'a\\'b' "c#d" r"\\" b'x' Rb"y" '''e\n'f\n''' """g""" u""`)).toEqual([
      "'a\\'b'",
      '"c#d"',
      'r"\\" b\'x\' Rb"',
      'y',
      "\" '''e",
      "'f",
      '\'\'\' """g""" u""',
    ]);
    expect(cut(`r'\\'' + "é😀"`)).toEqual(["r'\\''", '+', '"é😀"']);
  });

  it('are the parts of a formatted string', () => {
    expect(cut('f"a {x!r:>{w}}{{b}}"')).toEqual([
      'f"',
      'a ',
      '{',
      'x',
      '!',
      'r',
      ':',
      '>',
      '{',
      'w',
      '}',
      '}',
      '{{b}}',
      '"',
    ]);
    expect(cut(`f'{d["k"]:{f"{n}"}}' + rf'\\{y}'`)).toEqual(
      `f'|{|d|[|"k"|]|:|{|f"|{|n|}|"|}|}|'|+|rf'|\\|{|y|}|'`.split('|'),
    );
    expect(cut('f"""a\n{\n x = }\n"""')).toEqual(['f"""', 'a\n', '{', 'x', '=', '}', '\n', '"""']);
    expect(cut('f"\\N{BULLET} {(lambda: 1)()}"')).toEqual('f"|\\N{BULLET} |{|(|lambda|:|1|)|(|)|}|"'.split('|'));
  });

  it('are cut where a string or an expression breaks off, too', () => {
    expect(cut('x = "abc\ny')).toEqual(['x', '=', '"abc', 'y']);
    expect(cut('f"a {x')).toEqual(['f"', 'a ', '{', 'x']);
    expect(cut('f"a\ny')).toEqual(['f"', 'a', 'y']);
    expect(cut("'''a\n")).toEqual(["'''a\n"]);
    expect(cut('a ? $b \\')).toEqual(['a', '?', '$', 'b', '\\']);
  });
});
