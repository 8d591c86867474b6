import { describe, expect, it } from 'vitest';
import { ask } from '../asking.ts';

/** The lesson's question about code: who is called, what is declared where, what is imported. */
const CODE = 'from math import exp as e\ndef f(x):\n    return e(x)\nf(1)\n';

describe('attention over code', () => {
  const linksOf = (body: object) => {
    const { tokens, heads } = ask({ outputs: [], heads: ['syntax-code'], ...body });
    return heads[0].links
      ?.filter(({ kind }) => kind !== 'bracket')
      .map(({ token, looks_at, kind }) => `${tokens[token].text}${token}→${tokens[looks_at].text}${looks_at} ${kind}`);
  };

  it('follows calls, declarations, scopes and imports of Python', () => {
    // from0 math1 import2 exp3 as4 e5 def6 f7 (8 x9 )10 :11 return12 e13 (14 x15 )16 f17 (18 119 )20
    expect(linksOf({ text: CODE })).toEqual([
      'exp3→math1 import',
      'e5→exp3 import',
      'x9→f7 scope',
      'e13→e5 import',
      'x15→x9 declaration',
      'f17→f7 call',
    ]);
  });

  it('tells a type from a value in TypeScript', () => {
    // interface0 A1 {2 }3 const4 A5 =6 17 ;8 let9 b10 :11 A12 =13 A14
    expect(linksOf({ text: 'interface A {} const A = 1; let b: A = A' })).toEqual([
      'A12→A1 declaration',
      'A14→A5 declaration',
    ]);
  });

  it('says which language it was read in, guessed or given', () => {
    expect(ask({ text: CODE, heads: ['syntax-code'] }).meta.language).toBe('python');
    expect(ask({ text: 'x = 1', heads: ['syntax-code'], language: 'python' }).meta.language).toBe('python');
    expect(ask({ text: 'a cat', heads: ['semantic'] }).meta).not.toHaveProperty('language');
  });

  it('cuts texts into tokens of a language that is given, whatever looks', () => {
    const { tokens, meta } = ask({ text: 'x = f"{y}" # z', language: 'python' });
    expect(meta.tokenizer).toBe('code');
    expect(tokens.map(({ text, start, end }) => [text, start, end])).toEqual([
      ['x', 0, 1],
      ['=', 2, 3],
      ['f"', 4, 6],
      ['{', 6, 7],
      ['y', 7, 8],
      ['}', 8, 9],
      ['"', 9, 10],
    ]);
  });

  it('guesses the language of a text and of its context together', () => {
    const { meta, context_tokens } = ask({
      text: 'where is f called',
      context: 'def f(): pass\nf() # here',
      tokenizer: 'code',
    });
    expect(meta.language).toBe('python');
    expect(context_tokens?.map(({ text }) => text)).toEqual(['def', 'f', '(', ')', ':', 'pass', 'f', '(', ')']);
  });

  it('says that code is half typed', () => {
    const [{ built_from }] = ask({ text: `${CODE}def calculate_`, heads: ['syntax-code'] }).heads;
    expect(built_from).toContain('a parser of Python, which found the code not complete or not correct,');
    expect(ask({ text: CODE, heads: ['syntax-code'] }).heads[0].built_from).not.toContain('not complete');
  });
});
