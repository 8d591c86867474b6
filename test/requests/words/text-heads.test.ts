import { describe, expect, it } from 'vitest';
import { ask } from '../asking.ts';

/** The weight of a score of 1 among `others` scores of 0, at temperature 0.1. */
const alone = (others: number) => Math.exp(10) / (Math.exp(10) + others);

describe('every head', () => {
  it('says that it is constructed, and what it was built from', () => {
    const { heads } = ask({
      text: 'let a = 1; a',
      heads: ['semantic', 'position', 'previous-token', 'same-token', 'syntax-code'],
    });
    expect(heads).toHaveLength(5);
    for (const { built_from } of heads) expect(built_from).toMatch(/^constructed: .*\bq\b/);
  });

  it('stands in the answer in the order of the request', () => {
    const { heads } = ask({ text: 'a b', heads: ['same-token', 'semantic'] });
    expect(heads.map(({ name }) => name)).toEqual(['same-token', 'semantic']);
  });
});

describe('the head position', () => {
  /** The mean of cos(distance / 10000^(2k/64)) over k < 32. */
  const sinusoidal = (distance: number) => {
    let sum = 0;
    for (let k = 0; k < 32; k++) sum += Math.cos(distance / 10_000 ** ((2 * k) / 64));
    return sum / 32;
  };

  it('scores by sines and cosines of the distance', () => {
    const [head] = ask({ text: 'a b c d e', heads: ['position'], focus: 1 }).focus.heads;
    for (const { index, score } of head.looks_at) expect(score).toBeCloseTo(sinusoidal(Math.abs(index - 1)), 5);
    expect(head.looks_at.map(({ index }) => Math.abs(index - 1))).toEqual([1, 1, 2, 3]);
  });

  it('takes a slope off for each position, with ALiBi', () => {
    const { weights } = ask({ text: 'a b c d', heads: ['position'], positions: 'alibi', exclude_self: false });
    // Slope 0.05 at temperature 0.1: half a unit for each position.
    const row = [0, 1, 2, 3].map((distance) => Math.exp(-0.5 * distance));
    const sum = row.reduce((a, b) => a + b);
    for (const [j, x] of row.entries()) expect(weights[0][j]).toBeCloseTo(x / sum, 5);
  });
});

describe('the head previous-token', () => {
  it('looks at the token before', () => {
    const { weights } = ask({ text: 'a b c d', heads: ['previous-token'], exclude_self: false });
    for (const i of [1, 2, 3]) expect(weights[i][i - 1]).toBeCloseTo(alone(3), 6);
  });

  it('looks nowhere in particular from the first token', () => {
    const { weights } = ask({ text: 'a b c d', heads: ['previous-token'], exclude_self: false });
    expect(weights[0]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it('finds the token before in a long text too', () => {
    const text = Array.from({ length: 600 }, (_, i) => `w${i}`).join(' ');
    const { stats } = ask({ text, heads: ['previous-token'], outputs: ['stats'], exclude_self: false });
    expect(stats.max_key.slice(1)).toEqual(Array.from({ length: 599 }, (_, i) => i));
  });
});

describe('the head same-token', () => {
  it('looks at duplicates, however they are written', () => {
    const { weights } = ask({ text: 'The cat and the dog', heads: ['same-token'] });
    expect(weights[0][3]).toBeCloseTo(alone(3), 6);
    expect(weights[3][0]).toBeCloseTo(alone(3), 6);
    expect(weights[1]).toEqual([0.25, 0, 0.25, 0.25, 0.25]);
  });

  it('finds words of the text in a context', () => {
    const { weights } = ask({ text: 'cat', context: 'a dog and a cat', heads: ['same-token'] });
    expect(weights[0][4]).toBeCloseTo(alone(4), 6);
  });
});

describe('positions in heads that read words', () => {
  const vectors = { a: [1, 0], b: [0, 1] };
  const scoresOf = (positions: string) =>
    ask({ text: 'a b a', vectors, positions, focus: 0 }).focus.heads[0].looks_at.map(({ index, score }) => [
      index,
      score,
    ]);

  it('are none unless asked for', () => {
    expect(scoresOf('none')).toEqual([
      [2, 1],
      [1, 0],
    ]);
  });

  it('take a slope off each score, with ALiBi', () => {
    expect(scoresOf('alibi').map(([index, score]) => [index, Number(score.toFixed(6))])).toEqual([
      [2, 0.9],
      [1, -0.05],
    ]);
  });

  it('add their own score, with sinusoids', () => {
    const [near, far] = [1, 2].map((distance) =>
      Array.from({ length: 32 }, (_, k) => Math.cos(distance / 10_000 ** (k / 32)) / 32).reduce((x, y) => x + y),
    );
    const scores = new Map(scoresOf('sinusoidal').map(([index, score]) => [index, score]));
    expect(scores.get(1)).toBeCloseTo(near, 5);
    expect(scores.get(2)).toBeCloseTo(1 + far, 5);
  });
});

describe('the head syntax-code', () => {
  const linksOf = (text: string) => {
    const { tokens, heads } = ask({ text, heads: ['syntax-code'], outputs: [] });
    return heads[0].links?.map(
      ({ token, looks_at, kind }) => `${tokens[token].text}${token}→${tokens[looks_at].text}${looks_at} ${kind}`,
    );
  };

  it('has names look at their declaration, calls at their function, brackets at their partner', () => {
    // function0 add1 (2 a3 )4 {5 return6 a7 ;8 }9 add10 (11 112 )13
    expect(linksOf('function add(a) { return a; } add(1)')).toEqual([
      '(2→)4 bracket',
      'a3→add1 scope',
      ')4→(2 bracket',
      '{5→}9 bracket',
      'a7→a3 declaration',
      '}9→{5 bracket',
      'add10→add1 call',
      '(11→)13 bracket',
      ')13→(11 bracket',
    ]);
  });

  it('has names look at their import, and imports at their module', () => {
    // import0 {1 readFile2 }3 from4 'node:fs'5 ;6 readFile7
    const links = linksOf("import { readFile } from 'node:fs'; readFile");
    expect(links).toContain('readFile7→readFile2 import');
    expect(links).toContain("readFile2→'node:fs'5 import");
  });

  it('follows scopes: the same name is another one inside a function', () => {
    // let0 x1 =2 13 ;4 function5 f6 (7 x8 )9 {10 return11 x12 }13 x14
    const links = linksOf('let x = 1; function f(x) { return x } x');
    expect(links).toContain('x12→x8 declaration');
    expect(links).toContain('x14→x1 declaration');
  });

  it('puts the weight where the links point, and spreads it where there is none', () => {
    const { weights } = ask({ text: 'let a = 1; a', heads: ['syntax-code'], exclude_self: false });
    // let0 a1 =2 13 ;4 a5
    expect(weights[5][1]).toBeCloseTo(alone(5), 6);
    expect(weights[0]).toEqual(new Array(6).fill(expect.closeTo(1 / 6, 6)));
  });

  it('reads code that breaks off as far as it goes, and says so', () => {
    const { heads } = ask({ text: 'function f(x) { return g(x', heads: ['syntax-code'] });
    expect(heads[0].built_from).toContain('not complete or not correct');
    expect(linksOf('function f(x) { return g(x')).toContain('x9→x3 declaration');
    expect(ask({ text: 'let x = 1', heads: ['syntax-code'] }).heads[0].built_from).not.toContain('not complete');
  });

  it('pairs brackets around others that have no partner', () => {
    expect(linksOf('( [ )')).toEqual(['(0→)2 bracket', ')2→(0 bracket']);
    expect(linksOf('a ) ( b )')).toEqual(['(2→)4 bracket', ')4→(2 bracket']);
  });

  it('takes prose without a fault', () => {
    expect(ask({ text: 'The cat sat on the mat', heads: ['syntax-code'], tokenizer: 'words' }).weights).toHaveLength(6);
  });

  it('maps names onto the tokens of another tokenizer', () => {
    const { tokens, heads } = ask({ text: 'let total = 1; total', heads: ['syntax-code'], tokenizer: 'words' });
    const [link] = heads[0].links ?? [];
    expect([tokens[link.token].text, tokens[link.looks_at].text]).toEqual(['total', 'total']);
  });
});
