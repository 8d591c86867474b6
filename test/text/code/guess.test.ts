import { describe, expect, it } from 'vitest';
import { readCode } from '../../../src/text/code/code.ts';

describe('the language of code', () => {
  it.each([
    ['def calculate_', 'python'],
    ['def f(x):\n    return x', 'python'],
    ['import os', 'python'],
    ['from a import b', 'python'],
    ['print("a")', 'python'],
    ['x = [y for y in z', 'python'],
    ['# a comment', 'python'],
    ['for i in range(3):\n  i', 'python'],
    ['class A:\n  pass', 'python'],
    ['@a\ndef f(): ...', 'python'],
    ['x = a if b else c', 'python'],
    ['let f = x; f(x)', 'javascript'],
    ['function f(x) { return g(x', 'javascript'],
    ['const total = price + tax', 'javascript'],
    ["import { sum } from './sum.js'", 'javascript'],
    ['x => x + 1', 'javascript'],
    ['if (a) { b() }', 'javascript'],
    ['// a comment', 'javascript'],
    ['a = b ? c : d', 'javascript'],
    ['const e = <A b={c}>d</A>', 'javascript'],
    ['x = 1', 'javascript'],
    ['let x: number = 1', 'typescript'],
    ['interface A { b: string', 'typescript'],
    ['type A<T> = T[]', 'typescript'],
    ['function f<T>(x: T): T { return x }', 'typescript'],
    ['const a = b as C', 'typescript'],
    ['enum A { B }', 'typescript'],
    ["import type { A } from './a'", 'typescript'],
    ['const e = (p: P) => <A b={p}>d</A>', 'typescript'],
  ])('of %j is %s', (code, language) => {
    expect(readCode(code, undefined, '/text').language).toBe(language);
  });
});
