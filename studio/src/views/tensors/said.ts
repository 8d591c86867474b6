/** What is read out: the cell that is looked into, with what is beside it, else what the answer is of. */
import { first } from '../../ask/tensors/asked.ts';
import { exact } from './number-text.ts';
import { cell, outputCell, outputs, patterns, type Shown, words } from './shown.ts';

export function saidOfShown(): string {
  const answer = first.value;
  if (answer === undefined) return '';
  const { queries, keys, columns } = words.value;
  const [at, of] = [cell.value, patterns.value];
  const [outputAt, output] = [outputCell.value, outputs.value];
  if (outputAt && output)
    return `Output, query ${queries[outputAt.query]}, column ${columns[outputAt.key]}: ${numbers(output, outputAt)}.`;
  if (at && of) return `Query ${queries[at.query]}, key ${keys[at.key]}: ${numbers(of, at)}.`;
  const { heads, rows, keys: count } = answer;
  return `Answered: ${heads === 1 ? 'one head' : `${heads} heads`}, ${rows} queries${count === undefined ? '' : ` by ${count} keys`}.`;
}

function numbers({ first, second, difference }: Shown, { query, key }: { query: number; key: number }): string {
  const value = (matrix: Shown['first']) => exact(matrix.values[query * matrix.columns + key]);
  if (second === undefined || query >= second.rows || key >= second.columns) return value(first);
  const between = difference === undefined ? '' : `, difference ${value(difference)}`;
  return `first ${value(first)}, second ${value(second)}${between}`;
}
