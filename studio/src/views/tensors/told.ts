/** What the tensors view says in words: what is beside, a cell, a row, and what would fit. */
import { type Answer, ofHead, STATISTICS } from '../../ask/tensors/answer.ts';
import type { Against, Pair } from '../../state/state.ts';
import { exact } from './number-text.ts';

export type Figures = readonly (readonly [name: string, value: string])[];

/** What differs in the second request, as short as a title: `is_causal: true`. */
export function titleOfSecond(against: Against): string {
  if ('role' in against) return `another ${against.role}`;
  const { option, value } = against;
  return `${option}: ${value === null ? 'as by default' : cut(JSON.stringify(value))}`;
}

const MOST = 40;
const cut = (text: string) => (text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text);

/** Of a row of the answer: its statistics, all digits. */
export function rowFigures(answer: Answer, place: { batch: number; head: number }, row: number): Figures {
  if (place.batch >= answer.batch || place.head >= answer.heads || row >= answer.rows) return [];
  const at = { ...place, count: answer.rows };
  const one = (name: string, numbers: Float32Array | Float64Array | undefined) =>
    numbers === undefined ? [] : [[name, exact(ofHead(answer, numbers, at)[row])] as const];
  return [
    ...one('log-sum-exp', answer.lse),
    ...STATISTICS.flatMap((name) => one(name.replaceAll('_', ' '), answer.statistics[name])),
  ];
}

/** What a cell of the pattern comes from, as far as it was asked for. */
export function cellFigures(answer: Answer, place: { batch: number; head: number }, { query, key }: Pair): Figures {
  const { keys = 0, rows, weights, scores, masked } = answer;
  if (place.batch >= answer.batch || place.head >= answer.heads || query >= rows || key >= keys) return [];
  const at = { ...place, count: rows * keys };
  const one = (name: string, numbers: Float32Array | Float64Array | undefined) =>
    numbers === undefined ? [] : [[name, exact(ofHead(answer, numbers, at)[query * keys + key])] as const];
  return [...one('scale · q·k', scores), ...one('after masks', masked), ...one('weight', weights)];
}

/** What would fit, of a request that does not. */
export function remedyOf({ code }: { code: string }): string | undefined {
  if (code === 'body_too_large' || code === 'too_many_elements' || code === 'output_too_large')
    return 'Fewer heads or rows would fit.';
  if (code === 'deadline_exceeded') return 'Fewer heads or rows take less time.';
  if (code === 'missing_field') return 'Say which tensor it is, or paste one.';
  if (code === 'not_finite')
    return 'NaN and ∞ have no attention: type a number over it. Padding beyond key_lengths is not read.';
  return undefined;
}
