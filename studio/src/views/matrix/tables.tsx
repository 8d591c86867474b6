/** The cells around the one that is looked into, as a table: always there for screen readers, in sight when asked for. */
import type { JSX } from 'preact';
import { place, source } from '../../ask/matrix/current.ts';
import { rough } from '../../pictures/figures.ts';
import { TableRoom } from '../table-room.tsx';
import { numbersInSight, type Part, type PlacesInSight, placesInSight } from './in-sight.ts';
import { cell, wordOf } from './shown.ts';

const MOST = 12;

export function MatrixTables(): JSX.Element | null {
  const [here, how, seen] = [source.value, place.value, placesInSight()];
  if (here === undefined || how === undefined || seen === undefined) return null;
  const part = around(seen);
  const values = numbersInSight(part)?.values;
  if (values === undefined) return null;
  const { side } = seen;
  const across = Array.from({ length: part.width }, (_, at) => part.left + at);
  const down = Array.from({ length: part.height }, (_, at) => part.top + at);
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
                <td key={column}>{numberText(values[(row - part.top) * part.width + column - part.left])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableRoom>
  );
}

/** The numbers around the cell, or the first. */
function around({ side, rows, keys, height, width }: PlacesInSight): Part {
  const at = cell.value;
  const start = (from: number, looked: number | undefined, count: number) => {
    const middle = looked === undefined ? 0 : Math.floor((looked - from) / side) - MOST / 2;
    return Math.max(0, Math.min(count - MOST, middle));
  };
  const place = { top: start(rows[0], at?.query, height), left: start(keys[0], at?.key, width) };
  return { ...place, height: Math.min(MOST, height), width: Math.min(MOST, width) };
}

const numberText = (value: number) => (Number.isNaN(value) ? '…' : rough(value, 4));
