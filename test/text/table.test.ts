import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/text/label.ts';
import { bar, type LookedAt, rankedList, weightedSum, workedSteps } from '../../src/text/ranking.ts';
import { matrixTable } from '../../src/text/table.ts';
import { anyText } from './shown-text.ts';

/** Lines break at line feeds only, hold no other control, and leave no isolate open. */
function expectPlainLines(text: string, width: number): void {
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066\u2067]/u);
  for (const line of text.split('\n')) {
    expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    let open = 0;
    for (const character of line) {
      if (character === '\u2068') open++;
      if (character === '\u2069') open--;
      expect(open === 0 || open === 1).toBe(true);
    }
    expect(open).toBe(0);
  }
}

describe('a table of weights', () => {
  it('has a bar against the largest weight and two decimals in each cell', () => {
    const weights = Float32Array.from([0.5, 0.25, 0.25, 0, 1, 0]);
    // 0.5 and 0.25 of 1 are 4 and 2 eighths.
    expect(matrixTable({ rows: ['cat', 'sat'], columns: ['a', 'on', 'the'], weights })).toBe(
      [
        '          a      on     the',
        'cat  ▄ 0.50  ▂ 0.25  ▂ 0.25',
        'sat       ·  █ 1.00       ·',
        '',
        '█ = 1.00, the largest weight',
        '· = exactly 0',
        '',
      ].join('\n'),
    );
  });

  it('keeps its columns under each other for wide, combined and right-to-left writing', () => {
    const weights = new Float32Array(6).fill(0.5);
    const lines = matrixTable({ rows: ['漢字', 'e\u0301', 'אב'], columns: ['שלום', '👨‍👩‍👧‍👦'], weights }).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      '        \u2068שלום\u2069      👨‍👩‍👧‍👦',
      '漢字  █ 0.50  █ 0.50',
      'e\u0301     █ 0.50  █ 0.50',
      '\u2068אב\u2069    █ 0.50  █ 0.50',
    ]);
    expect(lines.slice(0, 4).map(displayWidth)).toEqual([20, 20, 20, 20]);
  });

  it('is cut into groups of columns that fit', () => {
    const columns = Array.from({ length: 12 }, (_, j) => `w${j}`);
    const table = matrixTable({ rows: ['cat'], columns, weights: new Float32Array(12).fill(1 / 12) });
    // 80 columns less 3 of the label hold 9 cells of 6 with gaps of 2.
    expect(table.match(/columns .*/g)).toEqual(['columns 1 to 9 of 12', 'columns 10 to 12 of 12']);
    for (const column of columns) expect(table).toContain(` ${column}`);
    expect(table.match(/▁|█/g)).toHaveLength(12 + 1);
  });

  it('says what it leaves out', () => {
    const names = Array.from({ length: 130 }, (_, i) => `w${i}`);
    const table = matrixTable({ rows: names, columns: names, weights: new Float32Array(130 * 130).fill(0.01) });
    expect(table).toContain('rows 101 to 130 are left out');
    expect(table).toContain('columns 101 to 130 are left out');
    expect(table).not.toMatch(/w10[0-9]/);
  });

  it('has nothing to show of no words', () => {
    expect(matrixTable({ rows: [], columns: [], weights: new Float32Array(0) })).toBe('\n');
  });

  test.prop([
    fc.array(anyText(), { minLength: 1, maxLength: 6 }),
    fc.array(anyText(), { minLength: 1, maxLength: 14 }),
    fc.integer({ min: 32, max: 120 }),
  ])('stays plain lines of its width, whatever the words are', (rows, columns, width) => {
    const weights = Float32Array.from({ length: rows.length * columns.length }, (_, i) => (i % 5) / 5);
    expectPlainLines(matrixTable({ rows, columns, weights }, width), width);
  });
});

describe('a bar', () => {
  it('is as long as its share, to an eighth of a column', () => {
    expect(bar(1, 4)).toBe('████');
    expect(bar(0.5, 4)).toBe('██');
    expect(bar(0.53125, 4)).toBe('██▏');
    expect(bar(0.71875, 4)).toBe('██▉');
    expect(bar(0, 4)).toBe('');
  });
});

const ln = Math.log;
/** Scores whose softmax at scale 2 is 1/2, 1/4, 1/4, and a hidden word. */
const words: LookedAt[] = [
  { position: 0, text: 'the', score: ln(1) / 2, scaledScore: ln(1), weight: 0.25 },
  { position: 1, text: 'mat', score: ln(2) / 2, scaledScore: ln(2), weight: 0.5 },
  { position: 2, text: 'on', score: ln(1) / 2, scaledScore: ln(1), weight: 0.25 },
  { position: 3, text: 'later', score: 9, scaledScore: Number.NEGATIVE_INFINITY, weight: 0 },
];

describe('the ranked list of a word', () => {
  it('begins with the largest weight, and bars are relative to it', () => {
    const lines = rankedList('sat', words, 44).split('\n');
    // 44 columns less 8 (position), 5 (longest word), 6 (weight) and three gaps of 2 leave 19.
    expect(lines).toEqual([
      '"sat" looks at',
      '',
      'position  word   weight',
      '       1  mat    0.5000  ███████████████████',
      '       0  the    0.2500  █████████▌',
      '       2  on     0.2500  █████████▌',
      '       3  later  0.0000',
      '',
    ]);
  });

  it('says how many it leaves out', () => {
    const many = Array.from({ length: 60 }, (_, position) => ({ ...words[0], position, weight: 1 / 60 }));
    expect(rankedList('sat', many)).toContain('and 10 more');
    expect(rankedList('sat', many).split('\n')).toHaveLength(3 + 50 + 2);
  });

  it('has no bars where everything is hidden', () => {
    expect(rankedList('sat', [words[3]])).not.toMatch(/[█▏]/);
    expect(rankedList('sat', [])).toContain('"sat" looks at');
  });
});

describe('the worked steps', () => {
  it('go from score to weight under their formulas', () => {
    // max = ln 2 = 0.6931; e^(0 − ln 2) = 1/2; sum = 1 + 1/2 + 1/2 = 2.
    expect(workedSteps('sat', words, 2).split('\n')).toEqual([
      'From "sat" to its weights',
      '',
      '1. score   = query of "sat" · key of the word',
      '2. scaled  = score × 2',
      '3. weight  = e^(scaled − max) ÷ sum, where max = 0.6931 and sum = 2.0000',
      '',
      'word    score  scaled  e^(scaled − max)  weight',
      'mat    0.3466  0.6931            1.0000  0.5000',
      'the    0.0000  0.0000            0.5000  0.2500',
      'on     0.0000  0.0000            0.5000  0.2500',
      'later  9.0000      −∞            0.0000  0.0000',
      '',
    ]);
  });

  it('show a bias in a column of its own', () => {
    const biased = words.map((word) => ({ ...word, scaledScore: word.scaledScore - 1 }));
    const steps = workedSteps('sat', biased, 2);
    expect(steps).toContain('2. scaled  = score × 2 + bias');
    expect(steps).toMatch(/mat +0\.3466 +−1\.0000 +−0\.3069 +1\.0000 +0\.5000/);
  });

  it('divide by nothing where everything is hidden', () => {
    expect(workedSteps('sat', [words[3]], 2)).toContain('3. weight  = 0: every word is hidden');
    expect(workedSteps('sat', [words[3]], 2)).not.toContain('NaN');
  });

  test.prop([
    anyText(),
    fc.array(fc.tuple(anyText(), fc.float({ noNaN: true, noDefaultInfinity: true })), { minLength: 1, maxLength: 8 }),
    fc.float({ min: Math.fround(1e-3), max: Math.fround(1e3), noNaN: true }),
  ])('and the list fit 80 columns, whatever words and scores are', (focus, scored, scale) => {
    const seen = scored.map(([text, score], position) => ({
      position,
      text,
      score,
      scaledScore: score * scale + 1,
      weight: 1 / scored.length,
    }));
    expectPlainLines(workedSteps(focus, seen, scale), 80);
    expectPlainLines(rankedList(focus, seen), 80);
  });
});

describe('the weighted sum', () => {
  it('adds the values of the library, each times its weight', () => {
    // 0.25 · [8, 4] + 0.75 · [0, 2] = [2, 2.5]
    expect(
      weightedSum(
        [0.25, 0.75],
        [
          [8, 4],
          [0, 2],
        ],
      ),
    ).toBe('output = 0.2500 × [8, 4]\n       + 0.7500 × [0, 2]\n       = [2, 2.5]\n');
  });
});
