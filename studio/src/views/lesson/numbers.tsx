/** A small matrix of numbers as they were given, with a name for each row where there are several. */
import type { JSX } from 'preact';
import { type Grid, reach } from '../../pictures/grid.ts';
import { given } from './written.ts';

export function Numbers({ title, grid, rows }: { title: string; grid: Grid; rows: readonly string[] }): JSX.Element {
  return (
    <table class="numbers">
      <caption>{title}</caption>
      <tbody>
        {rows.map((name, row) => (
          <tr key={name}>
            <th scope="row" class={rows.length > 1 ? '' : 'visually-hidden'}>
              {name}
            </th>
            {Array.from(reach(grid, 'row', row), (value, i) => (
              <td key={i}>{given(value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
