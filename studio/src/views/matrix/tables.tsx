/** The cells around the one that is looked into, as a table: always there for screen readers, in sight when asked for. */
import type { JSX } from 'preact';
import { place, source } from '../../ask/matrix/current.ts';
import { rough } from '../../pictures/figures.ts';
import { TableRoom } from '../table-room.tsx';
import { type NumbersInSight, numbersInSight } from './in-sight.ts';
import { cell, wordOf } from './shown.ts';

const MOST = 12;

export function MatrixTables(): JSX.Element | null {
  const [here, how, seen] = [source.value, place.value, numbersInSight()];
  if (here === undefined || how === undefined || seen === undefined) return null;
  const { side, width, values } = seen;
  const { across, down } = around(seen);
  const name = (of: 'queries' | 'keys', number: number) => {
    const first = (of === 'queries' ? seen.rows : seen.keys)[0] + number * side;
    return side === 1 ? wordOf(here, of, first) : `${first}–${first + side - 1}`;
  };
  return (
    <TableRoom label="The picture as a table">
      <table>
        <caption>
          {how.step}
          {side > 1 && `, the ${how.by === 'max' ? 'largest' : 'mean'} of ${side} × ${side} cells each`}
        </caption>
        <thead>
          <tr>
            <td />
            {across.map((column) => (
              <th key={column} scope="col">
                {name('keys', column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {down.map((row) => (
            <tr key={row}>
              <th scope="row">{name('queries', row)}</th>
              {across.map((column) => (
                <td key={column}>{numberText(values[row * width + column])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableRoom>
  );
}

/** The rows and columns of numbers around the cell, or the first. */
function around({ side, rows, keys, height, width }: NumbersInSight): { across: number[]; down: number[] } {
  const at = cell.value;
  const few = (from: number, looked: number | undefined, count: number) => {
    const middle = looked === undefined ? 0 : Math.floor((looked - from) / side) - MOST / 2;
    const start = Math.max(0, Math.min(count - MOST, middle));
    return Array.from({ length: Math.min(MOST, count) }, (_, i) => start + i);
  };
  return { across: few(keys[0], at?.key, width), down: few(rows[0], at?.query, height) };
}

const numberText = (value: number) => (Number.isNaN(value) ? '…' : rough(value, 4));
