/** The arithmetic of a pair as tables: always there for screen readers, in sight when asked for. */
import type { JSX } from 'preact';
import { plain } from '../../../pictures/figures.ts';
import { TableRoom } from '../../table-room.tsx';
import { linesOf } from './lines.ts';
import { type Worked, worked } from './worked.ts';

export function PairTables(): JSX.Element | null {
  const now = worked.value;
  if (now === undefined) return null;
  const of = `of ${now.queryWord} → ${now.keyWord}`;
  return (
    <TableRoom label={`The arithmetic ${of}`}>
      <Steps worked={now} of={of} />
      <Numbers caption={`The products ${of}`} columns={{ q: now.query, k: now.key, 'q × k': now.products }} />
      <Numbers
        caption={`What the weight ${of} adds to the output`}
        columns={{ v: now.value, 'weight × v': now.added, output: now.output }}
      />
    </TableRoom>
  );
}

function Steps({ worked, of }: { worked: Worked; of: string }): JSX.Element {
  return (
    <table>
      <caption>From the score to the weight {of}</caption>
      <tbody>
        {linesOf(worked).map(({ does, formula, result }) => (
          <tr key={does}>
            <th scope="row">{does}</th>
            <td>{formula}</td>
            <td>{result}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Numbers({ caption, columns }: { caption: string; columns: Record<string, ArrayLike<number>> }): JSX.Element {
  const [first] = Object.values(columns);
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <td />
          {Object.keys(columns).map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from(first, (_, i) => (
          <tr key={i}>
            <th scope="row">{i + 1}</th>
            {Object.entries(columns).map(([name, values]) => (
              <td key={name}>{plain(values[i])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
