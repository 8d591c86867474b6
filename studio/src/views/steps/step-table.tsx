/** The numbers of a step as a table: always there for screen readers, in sight when asked for. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { short } from '../../pictures/figures.ts';
import { ranked } from '../../pictures/grid.ts';
import { TableRoom } from '../table-room.tsx';
import { type Scene, scene } from './shown.ts';
import { isOfKeys, isOfPairs } from './so-far.ts';
import { STEP_TITLES } from './titles.ts';

/** Larger tables cannot be listened to; of their rows the largest numbers are told, of mere numbers the first. */
const MOST_COLUMNS = 40;
const MOST_TOLD = 5;
const FIRST = 8;
const MOST_ROWS = 100;

export function StepTable(): JSX.Element | null {
  const here = scene.value;
  if (here === undefined) return null;
  return (
    <TableRoom label="The numbers of this step">
      <FrameTable here={here} />
    </TableRoom>
  );
}

function FrameTable({ here }: { here: Scene }): JSX.Element {
  return useMemo(() => tableOf(here), [here]);
}

function tableOf({ frame, queries, keys, heads }: Scene): JSX.Element {
  const { name, numbers, rows, tile } = frame;
  const height = rows[1] - rows[0];
  const width = numbers.length / height;
  const start = tile?.keys[0] ?? 0;
  const isPairs = isOfPairs(name);
  const isWhole = width <= MOST_COLUMNS;
  const all = Array.from({ length: width }, (_, i) => (isPairs ? keys[start + i] : String(i + 1)));
  const columns = isWhole ? all : isPairs ? ['largest'] : all.slice(0, FIRST);
  const rest = isWhole || isPairs ? '' : `; of ${width} numbers the first ${FIRST}`;
  const words = (isOfKeys(name) ? keys : queries).slice(rows[0], Math.min(rows[1], rows[0] + MOST_ROWS));
  const cells = (values: Float32Array): string[] => {
    if (isWhole || !isPairs) return columns.map((_, i) => short(values[i]));
    return [
      ranked(values, MOST_TOLD)
        .map((i) => `${keys[start + i]} ${short(values[i])}`)
        .join(', '),
    ];
  };
  return (
    <table>
      <caption>
        {STEP_TITLES[name]}, {heads[frame.head]}
        {rest}
        {height > MOST_ROWS ? `; the first ${MOST_ROWS} of ${height} rows` : ''}
      </caption>
      <thead>
        <tr>
          <td />
          {columns.map((column, i) => (
            <th key={`${i} ${column}`} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {words.map((word, row) => (
          <tr key={`${row} ${word}`}>
            <th scope="row">{word}</th>
            {cells(numbers.subarray(row * width, (row + 1) * width)).map((cell, i) => (
              <td key={i}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
