/** The same numbers as tables: always there for screen readers, in sight when asked for. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Reading } from '../../ask/reading.ts';
import { short } from '../../pictures/figures.ts';
import { type Grid, ranked, reach } from '../../pictures/grid.ts';
import { TableRoom } from '../table-room.tsx';
import { layers, reading } from './shown.ts';

/** Larger tables cannot be listened to; of their rows the largest weights are told. */
const MOST_COLUMNS = 40;
const MOST_TOLD = 5;

export function Tables(): JSX.Element | null {
  const answer = reading.value;
  if (answer === undefined) return null;
  return (
    <TableRoom label="Tables">
      {layers.value.map((layer) => (
        <WeightsTable key={layer.title} title={layer.title} grid={layer.grid} answer={answer} />
      ))}
    </TableRoom>
  );
}

interface WeightsTableProps {
  title: string;
  grid: Grid;
  answer: Pick<Reading, 'queries' | 'keys' | 'isHidden'>;
}

export function WeightsTable({ title, grid, answer }: WeightsTableProps): JSX.Element {
  const { queries, keys, isHidden } = answer;
  return useMemo(() => {
    const isWhole = keys.length <= MOST_COLUMNS;
    return (
      <table>
        <caption>Which word looks at which: {title}</caption>
        <thead>
          <tr>
            <td />
            {isWhole ? (
              keys.map((word, i) => (
                <th key={`${i} ${word}`} scope="col">
                  {word}
                </th>
              ))
            ) : (
              <th scope="col">looks most at</th>
            )}
          </tr>
        </thead>
        <tbody>
          {queries.map((word, row) => {
            const weights = reach(grid, 'row', row);
            return (
              <tr key={`${row} ${word}`}>
                <th scope="row">{word}</th>
                {isWhole ? (
                  keys.map((key, column) => (
                    <td key={`${column} ${key}`}>{isHidden(row, column) ? 'hidden' : short(weights[column])}</td>
                  ))
                ) : (
                  <td>
                    {ranked(weights, MOST_TOLD)
                      .map((key) => `${keys[key]} ${short(weights[key])}`)
                      .join(', ')}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    );
  }, [title, grid, queries, keys, isHidden]);
}
