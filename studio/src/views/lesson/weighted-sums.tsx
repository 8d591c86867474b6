/** What each query gets, written out: every value by its weight, and their sum. */
import type { JSX } from 'preact';
import type { TensorHead, TensorPart } from '../../ask/lesson/part.ts';
import { type Grid, reach } from '../../pictures/grid.ts';
import { exactly, given } from './written.ts';

export function WeightedSums({ part, head }: { part: TensorPart; head: TensorHead }): JSX.Element {
  return (
    <div class="sums">
      {part.queries.map((name, row) => (
        <table key={name} class="sum">
          <caption>{part.queries.length > 1 ? `what “${name}” gets` : 'what comes back'}</caption>
          <tbody>
            {part.keys.map((key, i) => (
              <tr key={key}>
                <td>{i === 0 ? '' : '+'}</td>
                <td>{exactly(reach(head.weights, 'row', row)[i])}</td>
                <td>× {vector(head.value, i, given)}</td>
                <th scope="row">{key}</th>
              </tr>
            ))}
            <tr class="total">
              <td>=</td>
              <td colspan={3}>{vector(head.output, row, exactly)}</td>
            </tr>
          </tbody>
        </table>
      ))}
    </div>
  );
}

const vector = (grid: Grid, row: number, written: (value: number) => string) =>
  `[${Array.from(reach(grid, 'row', row), written).join('  ')}]`;
