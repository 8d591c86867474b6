/** The pictures as tables: always there for screen readers, in sight when asked for. */
import type { JSX } from 'preact';
import { TableRoom } from '../table-room.tsx';
import type { HeadMatrix } from './head-matrices.ts';
import { exact } from './number-text.ts';
import { outputs, patterns, type Shown, words } from './shown.ts';
import { titleOfSecond } from './told.ts';

/** A table of more is of no use to anybody: the CSV has them all. */
const MOST_ROWS = 64;
const MOST_COLUMNS = 32;

export function TensorTables(): JSX.Element | null {
  if (patterns.value === undefined && outputs.value === undefined) return null;
  const { queries, keys, columns } = words.value;
  return (
    <TableRoom label="The pictures as tables">
      <Tables name="Weights" shown={patterns.value} rowWords={queries} columnWords={keys} />
      <Tables name="Output" shown={outputs.value} rowWords={queries} columnWords={columns} />
    </TableRoom>
  );
}

interface Words {
  rowWords: readonly string[];
  columnWords: readonly string[];
}

function Tables({ name, shown, ...words }: { name: string; shown: Shown | undefined } & Words): JSX.Element | null {
  if (shown === undefined) return null;
  const { first, second, against, difference } = shown;
  return (
    <>
      <Numbers caption={name} matrix={first} {...words} />
      {second && against && <Numbers caption={`${name}, ${titleOfSecond(against)}`} matrix={second} {...words} />}
      {difference && <Numbers caption={`${name}, second − first`} matrix={difference} {...words} />}
    </>
  );
}

function Numbers({
  caption,
  matrix,
  rowWords,
  columnWords,
}: { caption: string; matrix: HeadMatrix } & Words): JSX.Element {
  const [rows, columns] = [Math.min(matrix.rows, MOST_ROWS), Math.min(matrix.columns, MOST_COLUMNS)];
  const isPart = rows < matrix.rows || columns < matrix.columns;
  return (
    <table>
      <caption>
        {caption}
        {isPart && `: the first ${rows} rows and ${columns} columns of ${matrix.rows} by ${matrix.columns}`}
      </caption>
      <thead>
        <tr>
          <td />
          {Array.from({ length: columns }, (_, column) => (
            <th key={column} scope="col">
              {columnWords[column] ?? column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: rows }, (_, row) => (
          <tr key={row}>
            <th scope="row">{rowWords[row] ?? row}</th>
            {Array.from({ length: columns }, (_, column) => (
              <td key={column}>{exact(matrix.values[row * matrix.columns + column])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
