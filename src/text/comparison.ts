/** Claims about the numbers in answers, so that an example can be checked and not only read. */

/** Numbers in the answer to one of several requests. */
export interface Reading {
  /** The name of the request, or of what stands beside the answers. */
  request: string;
  /** A JSON pointer (RFC 6901) to a number or a list of numbers, such as /stats/entropy/0. */
  pointer: string;
}

export type Relation = 'equals' | 'differs from' | 'is greater than';

export interface Comparison {
  /** What the numbers say, as a sentence. */
  says: string;
  left: Reading;
  relation: Relation;
  /** Another reading, or what it should be by arithmetic. */
  right: Reading | number | readonly number[];
}

/** Numbers of a comparison, and where they were read, if they were. */
export interface Side extends Partial<Reading> {
  values: number[];
}

export interface ComparedNumbers {
  says: string;
  left: Side;
  relation: Relation;
  right: Side;
  holds: boolean;
}

/** Answers are float32; two numbers are equal when they agree to five digits. */
const TOLERANCE = 1e-5;

/**
 * Looks up the numbers of each comparison in the answers, by the names of their requests.
 * @throws Error where a pointer leads to no numbers: the example is wrong, not its reader
 */
export function compareAnswers(
  comparisons: readonly Comparison[],
  answers: ReadonlyMap<string, unknown>,
): ComparedNumbers[] {
  return comparisons.map(({ says, left, relation, right }) => {
    const [a, b] = [left, right].map((what) => sideOf(what, answers));
    return { says, left: a, relation, right: b, holds: holds(a.values, relation, b.values) };
  });
}

function holds(left: readonly number[], relation: Relation, right: readonly number[]): boolean {
  const isEqual = (x: number, i: number) => Math.abs(x - right[i]) <= TOLERANCE * Math.max(1, Math.abs(right[i]));
  const areEqual = left.length === right.length && left.every(isEqual);
  if (relation === 'equals') return areEqual;
  if (relation === 'differs from') return !areEqual;
  return left.length === right.length && left.every((x, i) => x > right[i] && !isEqual(x, i));
}

function sideOf(what: Comparison['right'], answers: ReadonlyMap<string, unknown>): Side {
  if (typeof what === 'number') return { values: [what] };
  if (!('pointer' in what)) return { values: [...what] };
  return { ...what, values: numbersAt(what, answers) };
}

function numbersAt({ request, pointer }: Reading, answers: ReadonlyMap<string, unknown>): number[] {
  let value = answers.get(request);
  for (const segment of pointer.split('/').slice(1)) {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    value = typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
  }
  const numbers = Array.isArray(value) ? value : [value];
  if (numbers.every((x) => typeof x === 'number')) return numbers;
  throw new Error(`${pointer} of ${request} is neither a number nor a list of numbers`);
}
