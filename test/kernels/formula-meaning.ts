/** What a formula says, computed: its text and its TeX are read as arithmetic, so that a wrong sign or name shows. */

/** The numbers that a formula may speak of, for one query row of one head; step names stand for rows of keys. */
export interface Scope {
  /** Rows of keys by the name of their step. */
  rows: Readonly<Record<string, ArrayLike<number>>>;
  /** Single numbers by name: slope, offset, i; running_max, running_sum and the like. */
  numbers: Readonly<Record<string, number>>;
  /** −∞ where there is none. */
  sink: number;
  /** The same before the tile. */
  before?: Readonly<Record<string, number>>;
  keys: number;
  query: ArrayLike<number>;
  /** Key j, and column x of value j. */
  key: (j: number) => ArrayLike<number>;
  value: (j: number, x: number) => number;
  /** The biases of masks, and what hides a key. */
  attnMask: (j: number) => number;
  keyIsPadding: (j: number) => boolean;
  queryIsPadding: boolean;
  maskAllows: (j: number) => boolean;
}

/** An expression of JavaScript over the words of a scope, j and x. */
type Expression = string;

const SCORE_NAMES = ['attn_scores', 'scaled', 'softcapped', 'biased', 'masked', 'pattern', 'tile_scores'];
/** The letters of TeX, longest first. */
const LETTERS: readonly (readonly [RegExp, string])[] = [
  [/S\^\{\(t\)\}(_j)?/g, 'tile_scores'],
  [/V\^\{\(t\)\}/g, 'v'],
  [/S'/g, 'scaled'],
  [/\bS\b/g, 'attn_scores'],
  [/\bC\b/g, 'softcapped'],
  [/\bB\b/g, 'biased'],
  [/\bM\b/g, 'masked'],
  [/\bP\b/g, 'pattern'],
  [/m_\{t-1\}/g, 'running_max before'],
  [/m_t/g, 'running_max'],
  [/\\ell_\{t-1\}/g, 'running_sum before'],
  [/\\ell_[tT]/g, 'running_sum'],
  [/A_\{t-1\}/g, 'accumulator before'],
  [/A_[tT]/g, 'accumulator'],
  [/\\alpha_t/g, 'rescale'],
  [/\\sigma/g, 'sink'],
  [/\bm_i/g, 'max'],
];

/** A formula in TeX in the words of the texts. */
export function wordsOfTex(tex: string): string {
  let words = tex.replace(/,\\quad.*$/, '').replaceAll(/_\{i[jk]\}/g, '');
  words = words.replace(
    /\\begin\{cases\} (.*) & \\text\{(.*)\} \\\\ -\\infty & \\text\{otherwise\} \\end\{cases\}/,
    '$1 where $2, else −∞',
  );
  words = words.replace('Q K^\\top', 'q · kᵀ').replace('P V', 'pattern · v');
  for (const [letter, name] of LETTERS) words = words.replaceAll(letter, name);
  return words
    .replace(/\\operatorname\{softmax\}\((\w+)\)/, 'exp($1 − max) / Σ exp($1 − max), 0 in rows that see nothing')
    .replaceAll('\\text{mask}', 'attn_mask')
    .replace('s\\,|i + o - j|', 'slope · |i + offset − j|')
    .replace(/\\max\((.*), \\max_j (\w+)\)/, 'max($1, max of $2)')
    .replaceAll(/e\^\{((?:[^{}]|\{[^{}]*\})*)\}/g, 'exp($1)')
    .replaceAll(/\\sum_[jk] /g, 'Σ ')
    .replaceAll(' \\tanh', ' · tanh')
    .replaceAll(/(\w|\)) (accumulator|running_sum|v)\b/g, '$1 · $2')
    .replaceAll('\\,', ' · ')
    .replaceAll(' - ', ' − ')
    .trim();
}

/** The right side of a formula as JavaScript. */
function expressionOf(words: string): Expression {
  const [, right] = words.match(/^.*? = (.*)$/s) ?? [];
  if (right === undefined) throw new Error(`no formula: ${words}`);
  const hidden = right.match(/^(.*) where (.*), else −∞$/);
  if (hidden) {
    const conditions = hidden[2]
      .split(' and ')
      .map((condition) => CONDITIONS[condition] ?? arithmetic(condition.replace('≤', '<=').replace('≥', '>=')));
    return `(${conditions.join(' && ')}) ? ${arithmetic(hidden[1])} : -Infinity`;
  }
  // What stands before the first tile is said behind a comma.
  const always = right.replace(/, (sink|1) before the first$/, '');
  const unlessEmpty = always.match(/^(.*), 0 in rows that see nothing$/);
  return unlessEmpty ? `seesNothing ? 0 : ${arithmetic(unlessEmpty[1])}` : arithmetic(always);
}

const CONDITIONS: Readonly<Record<string, Expression>> = {
  'key j is no padding': '!keyIsPadding(j)',
  'query i is no padding': '!queryIsPadding',
  'the mask allows it': 'maskAllows(j)',
};

function arithmetic(words: string): Expression {
  const names = new RegExp(`\\b(${SCORE_NAMES.join('|')})\\b`, 'g');
  return words
    .replace('q · kᵀ', 'dot(query, key(j))')
    .replace('pattern · v', 'sum((j) => pattern · value(j, x))')
    .replace(/(exp\([^()]*\)) · v$/, 'sum((j) => $1 · value(j, x))')
    .replaceAll(/Σ (exp\([^()]*\))/g, 'sum((j) => $1)')
    .replaceAll(/max of (\w+)/g, 'largest(rows.$1)')
    .replaceAll(/(\w+) before/g, 'before.$1')
    .replaceAll(/\bexp\((\w+) − max\)/g, 'exp($1 − largestOfRow)')
    .replaceAll(/\|([^|]*)\|/g, 'Math.abs($1)')
    .replaceAll('attn_mask', 'attnMask(j)')
    .replaceAll(/(?<!rows\.)(?<!before\.)\b(accumulator)\b/g, 'numbers.$1')
    .replaceAll(new RegExp(`(?<!rows\\.)${names.source}`, 'g'), 'rows.$1[j]')
    .replaceAll(/(?<![.\w])(slope|offset|i|running_max|running_sum|rescale)\b/g, 'numbers.$1')
    .replaceAll('·', '*')
    .replaceAll('−', '-');
}

/** What the formula gives in a scope for key j, or for column x where it speaks of values. */
export function meaningOf(words: string): (scope: Scope, j: number, x: number) => number {
  const names = [
    ...[
      'rows',
      'numbers',
      'before',
      'query',
      'key',
      'value',
      'attnMask',
      'keyIsPadding',
      'queryIsPadding',
      'maskAllows',
    ],
    ...['sum', 'seesNothing', 'sink', 'largestOfRow', 'dot', 'largest', 'exp', 'tanh', 'max', 'j', 'x'],
  ];
  const compute = new Function(...names, `return ${expressionOf(words)};`);
  return (scope, j, x) => {
    const { rows, numbers, before, query, key, value, attnMask, keyIsPadding, queryIsPadding, maskAllows, keys, sink } =
      scope;
    const last = rows.masked ?? rows.biased ?? rows.softcapped ?? rows.scaled ?? [];
    const largestOfRow = Math.max(sink, largest(last));
    const seesNothing = largestOfRow === Number.NEGATIVE_INFINITY;
    return compute(
      ...[rows, numbers, before, query, key, value, attnMask, keyIsPadding, queryIsPadding, maskAllows],
      ...[(term: (j: number) => number) => sum(keys, term), seesNothing, sink, largestOfRow],
      ...[dot, largest, Math.exp, Math.tanh, Math.max, j, x],
    );
  };
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => sum(a.length, (n) => a[n] * b[n]);

function sum(count: number, term: (n: number) => number): number {
  let total = 0;
  for (let n = 0; n < count; n++) total += term(n);
  return total;
}

const found = new WeakMap<object, number>();

function largest(row: ArrayLike<number>): number {
  const before = found.get(row);
  if (before !== undefined) return before;
  const number = Array.from(row).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  found.set(row, number);
  return number;
}
