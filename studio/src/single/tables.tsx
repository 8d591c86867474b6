/** All numbers, with all their digits: made when they are asked for, a part of the rows at a time where there are many. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Sheet } from '../pictures/sheet.ts';
import { shown } from './shown.ts';
import { exact, numberAt } from './told.ts';

/** More cells at once would keep the page. */
const MOST_CELLS = 10_000;

export function Tables(): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>All numbers</summary>
      {isOpen && shown.matrices.map(({ title, sheet }) => <Table key={title} title={title} sheet={sheet} />)}
    </details>
  );
}

function Table({ title, sheet }: { title: string; sheet: Sheet }): JSX.Element {
  const { rows, columns, isOfPairs } = sheet;
  const [first, setFirst] = useState(0);
  const count = Math.max(1, Math.floor(MOST_CELLS / Math.max(1, columns)));
  const last = Math.min(rows, first + count);
  const across = Array.from({ length: columns }, (_, i) => (isOfPairs ? shown.columnWords[i] : String(i + 1)));
  const down = Array.from({ length: last - first }, (_, i) => first + i);
  return (
    <>
      {rows > count && (
        <p class="rows">
          <button type="button" disabled={first === 0} onClick={() => setFirst(first - count)}>
            rows before
          </button>
          <span role="status">
            rows {first + 1} to {last} of {rows}
          </span>
          <button type="button" disabled={last === rows} onClick={() => setFirst(first + count)}>
            rows behind
          </button>
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is moved sideways, by keys as well. */}
      <section class="tables" tabIndex={0} aria-label={`The numbers of ${title}`}>
        <table>
          <caption>{title}</caption>
          <thead>
            <tr>
              <td />
              {across.map((word, i) => (
                <th key={i} scope="col">
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {down.map((row) => (
              <tr key={row}>
                <th scope="row">{shown.rowWords[row]}</th>
                {across.map((_, column) => (
                  <td key={column}>{exact(numberAt(sheet, row, column))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
