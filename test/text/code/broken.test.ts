import { describe, expect, it } from 'vitest';
import { readCode } from '../../../src/text/code/code.ts';
import type { Language } from '../../../src/text/code/language.ts';
import { linksOf, named } from './snippets.ts';

const names = (code: string, language: Language) =>
  named(
    linksOf(code, language).filter(([, , kind]) => kind !== 'bracket'),
    code,
  );

describe('code that is half typed', () => {
  it('has the links of what is there, in Python', () => {
    const code = 'def total(items):\n    return sum(items)\n\ndef calculate_';
    expect(names(code, 'python')).toEqual([`items@10 → total@4 scope`, `items@33 → items@10 declaration`]);
    expect(names('def f(a, b):\n    x = a + f(b', 'python')).toEqual([
      'a@6 → f@4 scope',
      'b@9 → f@4 scope',
      'x@17 → f@4 scope',
      'a@21 → a@6 declaration',
      'f@25 → f@4 call',
      'b@27 → b@9 declaration',
    ]);
    expect(names('import os\nclass A(B):\n  def f(self, x', 'python')).toEqual([
      'f@28 → A@16 scope',
      'self@30 → f@28 scope',
      'x@36 → f@28 scope',
    ]);
    expect(names('n = 1\nprint(f"{n', 'python')).toEqual(['n@15 → n@0 declaration']);
    expect(names('a = 1\nfor x in [y for y in a', 'python')).toContain('a@27 → a@0 declaration');
  });

  it('has the links of what is there, in JavaScript and TypeScript', () => {
    expect(names('import { a', 'javascript')).toEqual([]);
    expect(names('const { a, b', 'javascript')).toEqual([]);
    expect(names('const f = (x) => x; const { a = f(1', 'javascript')).toEqual([
      'x@17 → x@11 declaration',
      'f@32 → f@6 call',
    ]);
    expect(names('interface A { a: A }\nfunction f(a: A', 'typescript')).toEqual([
      'A@17 → A@10 declaration',
      'a@32 → f@30 scope',
      'A@35 → A@10 declaration',
    ]);
    expect(names('enum E { A }\nlet e = E.', 'typescript')).toEqual(['A@9 → E@5 scope', 'E@21 → E@5 declaration']);
  });

  it('has faults, which what is whole has not', () => {
    const faults = (code: string, language: Language) => readCode(code, language, '/text').faults;
    expect(faults('def calculate_', 'python')).toBeGreaterThan(0);
    expect(faults('def calculate(): pass', 'python')).toBe(0);
    expect(faults('let x: number = 1', 'javascript')).toBeGreaterThan(0);
    expect(faults('let x: number = 1', 'typescript')).toBe(0);
  });
});

describe('Python that the grammar does not know', () => {
  it.each([
    ['x = 1\nt"{x}"', 'x@9 → x@0 declaration'],
    ['f = lambda a, /, b: b', 'b@20 → b@17 declaration'],
    ['a = 1\nfor x in *a, 2:\n  x', 'x@24 → x@10 declaration'],
    ['class C:\n  def f(self):\n    x = yield\n    return x', 'x@49 → x@28 declaration'],
    ['y = 1\n[x for z in y if x := z]', 'z@28 → z@13 declaration'],
    ['x = 1\nwith a as b[x], c as (d, e):\n  d', 'd@37 → d@28 declaration'],
    ['x = 1\nf"\\{x}"', 'x@10 → x@0 declaration'],
    ['x = 3.\nx', 'x@7 → x@0 declaration'],
  ])('is read all the same: %j', (code, link) => {
    expect(names(code, 'python')).toContain(link);
    expect(readCode(code, 'python', '/text').faults).toBe(0);
  });

  it.each([
    ['class A[T]:\n  def f(self, x: T) -> T: ...', 'T@29 → T@8 declaration'],
    ['def f[T](x: T): ...', 'T@12 → T@6 declaration'],
    ['type Pair[T] = tuple[T, T]', 'T@21 → T@10 declaration'],
  ])('newer than what symtable was asked of: %j', (code, link) => {
    expect(names(code, 'python')).toContain(link);
  });

  it('is read where it was cut out of a block', () => {
    expect(names('    def f(x):\n        return x\n    f(1)\n', 'python')).toEqual([
      'x@10 → f@8 scope',
      'x@29 → x@10 declaration',
      'f@35 → f@8 call',
    ]);
  });
});

describe('markup', () => {
  it('uses the components and the values that it names', () => {
    const code = 'const A = () => 1; const b = 2; const e = <A c={b}><A.D/>b</A>;';
    expect(names(code, 'javascript')).toEqual([
      'A@43 → A@6 declaration',
      'b@48 → b@25 declaration',
      'A@52 → A@6 declaration',
      'A@60 → A@6 declaration',
    ]);
    expect(names('const A = (p: P) => <A/>; type P = 1', 'typescript')).toContain('A@21 → A@6 declaration');
  });
});

describe('code without an end', () => {
  it.each([
    '(',
    ')',
    '[a,',
    '([{',
    'f"{',
    'f"{x:',
    '`${',
    '**',
    '(a<',
    'interface A{',
    'function f(){',
    'def f(',
    'if x:\n ',
    'lambda:',
    '<a>{',
    '/(',
    '\ud800',
    "'''",
    '\\',
    'a ',
  ])('is read or refused: %j', (unit) => {
    const text = unit.repeat(65_536 / unit.length);
    for (const language of [undefined, 'python', 'javascript', 'typescript'] as const) {
      for (const code of [text, text.slice(0, 2000), `${text.slice(0, 2000)}${' '.repeat(60_000)}x`]) {
        expect(refusalOf(code, language)).toMatch(/^(?:read|text_too_long)$/);
      }
    }
  });

  const refusalOf = (code: string, language: Language | undefined): string => {
    try {
      readCode(code, language, '/text');
      return 'read';
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    }
  };
});
