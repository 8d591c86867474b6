import type { AttentionProblem } from '../../attention/problem.ts';
import type { AttentionOptions } from '../../codec/attention-options.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import type { RunLabels } from '../run-labels.ts';

/** What a request calls its queries, keys and heads, and the query that it looks at. */
export interface TensorNames {
  queries?: readonly string[];
  keys?: readonly string[];
  heads?: readonly string[];
  /** The number of a query. */
  focus?: number | undefined;
}

type NameOptions = Pick<AttentionOptions, 'queryLabels' | 'keyLabels' | 'headLabels' | 'focus'>;
type Sizes = Pick<AttentionProblem, 'queryLength' | 'keyLength' | 'numHeads'>;

/**
 * Holds the names against the sizes of the problem.
 * @param addedKeys names of the keys that the request makes itself, behind those that were sent
 * @throws RequestError
 */
export function readNames(options: NameOptions, sizes: Sizes, addedKeys: readonly string[] = []): TensorNames {
  const { queryLabels, keyLabels, headLabels, focus } = options;
  const { queryLength, keyLength, numHeads } = sizes;
  const names: TensorNames = {};
  if (queryLabels !== undefined) names.queries = oneForEach('query_labels', queryLabels, queryLength, 'queries');
  if (keyLabels !== undefined) {
    const sent = keyLength - addedKeys.length;
    names.keys = [...oneForEach('key_labels', keyLabels, sent, 'keys, past ones included'), ...addedKeys];
  }
  if (headLabels !== undefined) names.heads = oneForEach('head_labels', headLabels, numHeads, 'query heads');
  if (focus !== undefined) names.focus = rowOf(focus, queryLabels, queryLength);
  return names;
}

/** The most rows and columns that are shown: each has a name. */
const MAX_SHOWN = 2 ** 15;

/** @throws RequestError for more rows or columns than tables and pictures show */
export function checkShown({ queryLength, keyLength }: Sizes): void {
  if (Math.max(queryLength, keyLength) <= MAX_SHOWN) return;
  const [count, of, pointer] =
    queryLength > MAX_SHOWN ? [queryLength, 'queries', '/query'] : [keyLength, 'keys', '/key'];
  const detail = `tables and pictures show at most ${MAX_SHOWN} ${of}, and there are ${count}`;
  throw new RequestError('output_too_large', detail, { pointer });
}

/** Names of rows and columns: numbers from 0 where the request gave none. */
export function shownNames(
  names: TensorNames,
  { queryLength, keyLength }: Sizes,
): { rows: readonly string[]; columns: readonly string[] } {
  return { rows: names.queries ?? numbers(queryLength), columns: names.keys ?? numbers(keyLength) };
}

/** The names in those of the wire, as answers and plans tell them. */
export function wireNames({ queries, keys, heads }: TensorNames): Omit<RunLabels, 'focus'> {
  return {
    ...(queries !== undefined && { query_labels: [...queries] }),
    ...(keys !== undefined && { key_labels: [...keys] }),
    ...(heads !== undefined && { head_labels: [...heads] }),
  };
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i));
}

function oneForEach(field: string, names: readonly string[], count: number, of: string): readonly string[] {
  if (names.length === count) return names;
  const detail = `${field} has ${names.length} names for ${count} ${of}`;
  throw new RequestError('shape_mismatch', detail, { pointer: pointerTo(field) });
}

function rowOf(focus: number | string, labels: readonly string[] | undefined, queryLength: number): number {
  const wrong = (detail: string) => new RequestError('invalid_option', detail, { pointer: '/focus' });
  if (typeof focus === 'number') {
    if (focus < queryLength) return focus;
    throw wrong(`focus is query ${focus}, but there are ${queryLength}, counted from 0`);
  }
  if (labels === undefined) throw wrong('focus names a query, but without query_labels there are only numbers');
  const row = labels.indexOf(focus);
  if (row >= 0) return row;
  throw wrong('focus must be one of query_labels, or the number of a query');
}
