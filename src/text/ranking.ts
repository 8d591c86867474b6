/** What one word looks at, as lines for a terminal: ranked, and with the arithmetic that led there. */
import { displayWidth, isolated, shownLabel } from './label.ts';
import { DEFAULT_WIDTH, padEnd, padStart } from './table.ts';

/** One word that is looked at. */
export interface Ranked {
  /** Its place among the keys, from 0. */
  position: number;
  text: string;
  weight: number;
}

/** The same with the numbers of the three steps. */
export interface LookedAt extends Ranked {
  /** query · key */
  score: number;
  /** What the softmax reads: score × scale and all biases; −∞ where the key is hidden. */
  scaledScore: number;
}

const MIN_WIDTH = 40;
const MAX_LABEL = 20;
/** Of the worked steps, where numbers need the room. */
const MAX_STEP_LABEL = 14;
/** Lines that are printed; what is left out is said. */
const MAX_LINES = 50;

/** Left eighths of a block; the first is nothing. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** The words that `focus` looks at, the largest weight first, each with a bar relative to the largest. */
export function rankedList(focus: string, words: readonly Ranked[], width = DEFAULT_WIDTH): string {
  const ranked = byWeight(words);
  const shown = ranked.slice(0, MAX_LINES);
  const labels = shown.map(({ text }) => shownLabel(text, MAX_LABEL));
  const labelWidth = Math.max(4, ...labels.map(displayWidth));
  const placeWidth = 'position'.length;
  const largest = ranked[0]?.weight ?? 0;
  const room = Math.max(MIN_WIDTH, width) - placeWidth - labelWidth - '0.0000'.length - 6;
  const lines = [
    `${quoted(focus)} looks at`,
    '',
    `position  ${padEnd('word', labelWidth)}  weight`,
    ...shown.map(({ position, weight }, i) =>
      [
        String(position).padStart(placeWidth),
        padEnd(labels[i], labelWidth),
        weight.toFixed(4),
        bar(largest > 0 ? weight / largest : 0, room),
      ]
        .join('  ')
        .trimEnd(),
    ),
    ...leftOut(ranked.length - shown.length),
  ];
  return `${lines.join('\n')}\n`;
}

/** A bar of `share` (0 to 1) of `room` columns, to an eighth of a column. */
export function bar(share: number, room: number): string {
  const eighths = Math.round(share * room * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/**
 * The three steps from query and key to the weight, word by word under the formulas: score, score × scale (with what biases
 * add), softmax. `words` are all keys, as the sum of the softmax runs over them. Exponents are taken below the largest, which
 * changes no weight and keeps them in range.
 */
export function workedSteps(focus: string, words: readonly LookedAt[], scale: number): string {
  const seen = words.map(({ scaledScore }) => scaledScore);
  const max = seen.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const exponential = (scaledScore: number) =>
    scaledScore === Number.NEGATIVE_INFINITY ? 0 : Math.exp(scaledScore - max);
  const sum = seen.reduce((total, scaledScore) => total + exponential(scaledScore), 0);
  const biasOf = ({ score, scaledScore }: LookedAt) => scaledScore - score * scale;
  const isBiased = words.some((word) => Math.abs(biasOf(word)) > 1e-4 * (1 + Math.abs(word.scaledScore)));

  const ranked = byWeight(words);
  const shown = ranked.slice(0, MAX_LINES);
  const columns: { title: string; cell: (word: LookedAt) => string }[] = [
    { title: 'score', cell: ({ score }) => fixed(score) },
    ...(isBiased ? [{ title: 'bias', cell: (word: LookedAt) => fixed(biasOf(word)) }] : []),
    { title: 'scaled', cell: ({ scaledScore }) => fixed(scaledScore) },
    { title: 'e^(scaled − max)', cell: ({ scaledScore }) => exponential(scaledScore).toFixed(4) },
    { title: 'weight', cell: ({ weight }) => weight.toFixed(4) },
  ];
  const labels = shown.map(({ text }) => shownLabel(text, MAX_STEP_LABEL));
  const labelWidth = Math.max(4, ...labels.map(displayWidth));
  const cells = shown.map((word) => columns.map(({ cell }) => cell(word)));
  const widths = columns.map(({ title }, j) => Math.max(title.length, ...cells.map((row) => row[j].length)));
  const line = (label: string, row: readonly string[]) =>
    [padEnd(label, labelWidth), ...row.map((text, j) => padStart(text, widths[j]))].join('  ');
  const lines = [
    `From ${quoted(focus)} to its weights`,
    '',
    `1. score   = query of ${quoted(focus)} · key of the word`,
    `2. scaled  = score × ${significant(scale)}${isBiased ? ' + bias' : ''}`,
    max === Number.NEGATIVE_INFINITY
      ? '3. weight  = 0: every word is hidden'
      : `3. weight  = e^(scaled − max) ÷ sum, where max = ${fixed(max)} and sum = ${sum.toFixed(4)}`,
    '',
    line(
      'word',
      columns.map(({ title }) => title),
    ),
    ...shown.map((_, i) => line(labels[i], cells[i])),
    ...leftOut(ranked.length - shown.length),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * The last step, the weighted sum of the values, written out. `values` are one row a weight.
 * Meant for values of a few numbers, as in a worked example.
 */
export function weightedSum(weights: readonly number[], values: readonly (readonly number[])[]): string {
  const vector = (numbers: readonly number[]) => `[${numbers.map(significant).join(', ')}]`;
  const output = (values[0] ?? []).map((_, k) => values.reduce((sum, value, j) => sum + weights[j] * value[k], 0));
  const terms = values.map((value, j) => `${weights[j].toFixed(4)} × ${vector(value)}`);
  const lines = terms.map((term, j) => `${j === 0 ? 'output = ' : '       + '}${term}`);
  return `${[...lines, `       = ${vector(output)}`].join('\n')}\n`;
}

function byWeight<Word extends Ranked>(words: readonly Word[]): Word[] {
  return words.toSorted((a, b) => b.weight - a.weight || a.position - b.position);
}

function quoted(word: string): string {
  return `"${isolated(shownLabel(word, MAX_LABEL))}"`;
}

function leftOut(count: number): string[] {
  return count > 0 ? [`and ${count} more, each of less weight`] : [];
}

function fixed(x: number): string {
  if (x === Number.NEGATIVE_INFINITY) return '−∞';
  return (Math.abs(x) < 1e6 ? x.toFixed(4) : x.toExponential(4)).replace('-', '−');
}

function significant(x: number): string {
  return String(Number(x.toPrecision(5))).replace('-', '−');
}
