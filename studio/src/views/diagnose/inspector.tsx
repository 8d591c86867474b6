/** What the pointer is on, how far all of it is off, and the numbers that are farthest off. */
import type { JSX } from 'preact';
import { type Diagnosis, diagnosis } from '../../ask/diagnose/diagnosed.ts';
import { rough } from '../../pictures/figures.ts';
import { numberOf } from './places.ts';
import { cell, map, pointedPart, strips, words } from './shown.ts';
import { partOf, share, weightText } from './told.ts';

export function Inspector(): JSX.Element {
  const here = diagnosis.value;
  if (here === undefined) return <p class="quiet">…</p>;
  return (
    <>
      <Pointed here={here} />
      {Object.entries(here.errors).map(([name, figures]) => (
        <Figures key={name} name={name} figures={figures} />
      ))}
      <Worst worst={here.where.worst} />
      <How here={here} />
    </>
  );
}

function Pointed({ here }: { here: Diagnosis }): JSX.Element {
  const errors = map.value;
  const part = pointedPart.value && errors && partOf(pointedPart.value, here, { map: errors, strips: strips.value });
  if (part !== undefined)
    return (
      <section class="pointed">
        <p class="label">{part.title}</p>
        <List figures={part.figures} />
      </section>
    );
  if (cell.value === undefined)
    return <p class="quiet">Point at a cell: its errors, or the weight of a query for a key.</p>;
  const { query, key, right, yours } = cell.value;
  const difference = yours === undefined ? [] : [['difference', weightText(yours - right)] as const];
  const mine = yours === undefined ? [] : [['yours', weightText(yours)] as const];
  return (
    <section class="pointed">
      <p class="label">
        {words.value.queries[query]} → {words.value.keys[key]}
      </p>
      <List figures={[['right', weightText(right)], ...mine, ...difference]} />
    </section>
  );
}

function Figures({ name, figures }: { name: string; figures: Diagnosis['errors'][string] }): JSX.Element {
  const { correlation, cosine } = figures;
  return (
    <section>
      <p class="label">{name}: how far it is off</p>
      <List
        figures={[
          ['beyond the tolerance', share(figures.beyond_tolerance)],
          ['largest', rough(figures.max_absolute)],
          ['root mean square', rough(figures.root_mean_square)],
          ['correlation', correlation === null ? '–' : rough(correlation, 4)],
          ['least cosine of a row', cosine === null ? '–' : rough(cosine.min, 4)],
          ...(figures.nan > 0 ? [['NaN', String(figures.nan)] as const] : []),
          ...(figures.infinite > 0 ? [['infinite', String(figures.infinite)] as const] : []),
        ]}
      />
    </section>
  );
}

function List({ figures }: { figures: readonly (readonly [string, string])[] }): JSX.Element {
  return (
    <dl>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const DIGITS = 5;

function Worst({ worst }: { worst: Diagnosis['where']['worst'] }): JSX.Element | null {
  if (worst.length === 0) return null;
  return (
    <table class="worst">
      <caption>the numbers farthest off</caption>
      <thead>
        <tr>
          <th scope="col">
            <abbr title="batch entry, head, row, column">b, h, r, c</abbr>
          </th>
          <th scope="col">yours</th>
          <th scope="col">right</th>
        </tr>
      </thead>
      <tbody>
        {worst.map(({ index, expected, right }) => (
          <tr key={index.join()}>
            <th scope="row">{index.join(', ')}</th>
            <td>{rough(numberOf(expected), DIGITS)}</td>
            <td>{rough(numberOf(right), DIGITS)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function How({ here: { meta, tolerance, rounding } }: { here: Diagnosis }): JSX.Element {
  return (
    <section>
      <p class="label">how it was compared</p>
      <List
        figures={[
          ['atol', rough(tolerance.atol)],
          ['rtol', rough(tolerance.rtol)],
          ...(rounding === null
            ? []
            : [[`beside ${rounding.kind} arithmetic`, `${rough(rounding.ratio)} times`] as const]),
          ['explanations tried', String(meta.tried)],
          ['rows', String(meta.rows)],
        ]}
      />
      <p class="about">With {meta.reference}.</p>
    </section>
  );
}
