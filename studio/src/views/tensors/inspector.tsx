/** The numbers of what is looked into, all their digits: of a cell, of its row, of both requests. */
import type { JSX } from 'preact';
import type { Answer } from '../../ask/tensors/answer.ts';
import { first, second } from '../../ask/tensors/asked.ts';
import { exact } from './number-text.ts';
import { cell, outputCell, outputs, patterns, place, type Shown, words } from './shown.ts';
import { cellFigures, type Figures, rowFigures } from './told.ts';

export function Inspector(): JSX.Element {
  const answer = first.value;
  if (answer === undefined) return <p class="quiet">…</p>;
  return (
    <>
      <Output />
      <Weight answer={answer} />
      <How answer={answer} />
    </>
  );
}

function Weight({ answer }: { answer: Answer }): JSX.Element {
  const [at, shown] = [cell.value, patterns.value];
  if (at === undefined || shown === undefined)
    return <p class="quiet">Point at a cell: its weight, its score, and its row.</p>;
  const { queries, keys } = words.value;
  const other = second.value?.answer;
  return (
    <>
      <section class="pointed">
        <p class="label">
          query {queries[at.query]} → key {keys[at.key]}
        </p>
        <Both first={cellFigures(answer, place.value, at)} second={other && cellFigures(other, place.value, at)} />
        <Difference shown={shown} at={at} />
      </section>
      <section class="row-figures">
        <p class="label">the row of query {queries[at.query]}</p>
        <Both
          first={rowFigures(answer, place.value, at.query)}
          second={other && rowFigures(other, place.value, at.query)}
        />
      </section>
    </>
  );
}

function Output(): JSX.Element | null {
  const [at, shown] = [outputCell.value, outputs.value];
  if (at === undefined || shown === undefined) return null;
  const { queries, columns } = words.value;
  const figure = (one: Shown['first'] | undefined): Figures =>
    one === undefined || at.query >= one.rows || at.key >= one.columns
      ? []
      : [['output', exact(one.values[at.query * one.columns + at.key])]];
  return (
    <section class="pointed-output">
      <p class="label">
        output of query {queries[at.query]}, column {columns[at.key]}
      </p>
      <Both first={figure(shown.first)} second={shown.second && figure(shown.second)} />
      <Difference shown={shown} at={at} />
    </section>
  );
}

function Difference({ shown, at }: { shown: Shown; at: { query: number; key: number } }): JSX.Element | null {
  const { difference } = shown;
  if (difference === undefined) return null;
  const value = exact(difference.values[at.query * difference.columns + at.key]);
  return (
    <dl>
      <div>
        <dt>second − first</dt>
        <dd>{value}</dd>
      </div>
    </dl>
  );
}

/** Of two requests each figure twice. */
function Both({ first: one, second: other }: { first: Figures; second: Figures | undefined }): JSX.Element {
  if (other === undefined)
    return (
      <dl>
        {one.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    );
  const values = new Map(other);
  return (
    <table class="both">
      <thead>
        <tr>
          <td />
          <th scope="col">first</th>
          <th scope="col">second</th>
        </tr>
      </thead>
      <tbody>
        {one.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
            <td>{values.get(name) ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function How({ answer: { kernel, scale, batch, heads, rows, keys, width } }: { answer: Answer }): JSX.Element {
  const shape = [batch, heads, rows, width].join(' × ');
  return (
    <section>
      <p class="label">the answer</p>
      <dl>
        <div>
          <dt>output</dt>
          <dd>{shape}</dd>
        </div>
        {keys !== undefined && (
          <div>
            <dt>keys</dt>
            <dd>{keys}</dd>
          </div>
        )}
        <div>
          <dt>scale</dt>
          <dd>{exact(scale)}</dd>
        </div>
        <div>
          <dt>kernel</dt>
          <dd>{kernel}</dd>
        </div>
      </dl>
    </section>
  );
}
