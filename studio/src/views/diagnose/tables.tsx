/** The pictures of a diagnosis as tables: always there for screen readers, in sight when asked for. */
import type { JSX } from 'preact';
import { type Diagnosis, diagnosis } from '../../ask/diagnose/diagnosed.ts';
import { rough } from '../../pictures/figures.ts';
import { TableRoom } from '../table-room.tsx';
import { type PatternGrids, tellingCells } from './pattern-grids.ts';
import { type AxisStrip, type ErrorMap, longName, shortName } from './places.ts';
import { grids, map, strips, words } from './shown.ts';
import { share, weightText } from './told.ts';

const MOST_CELLS = 16;

export function DiagnosisTables(): JSX.Element | null {
  const [here, errors] = [diagnosis.value, map.value];
  if (here === undefined || errors === undefined) return null;
  return (
    <TableRoom label="The pictures as tables">
      <MapTable here={here} errors={errors} />
      {strips.value.map((strip) => (
        <StripTable key={strip.name} strip={strip} />
      ))}
      {grids.value !== undefined && <PatternTable grids={grids.value} />}
    </TableRoom>
  );
}

function MapTable({ here, errors }: { here: Diagnosis; errors: ErrorMap }): JSX.Element {
  const { columnTitles, values } = errors;
  return (
    <table>
      <caption>Root mean square of the errors, rows by heads</caption>
      <thead>
        <tr>
          <td />
          {columnTitles.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {here.where.by_rows.map((part, row) => (
          <tr key={part.from}>
            <th scope="row">{longName('rows', part)}</th>
            {columnTitles.map((title, column) => (
              <td key={title}>{rough(values[row * columnTitles.length + column])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function StripTable({ strip: { title, parts } }: { strip: AxisStrip }): JSX.Element {
  return (
    <table>
      <caption>Errors by {title}</caption>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">root mean square</th>
          <th scope="col">largest</th>
          <th scope="col">beyond the tolerance</th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <tr key={part.from}>
            <th scope="row">{shortName(part)}</th>
            <td>{rough(part.root_mean_square)}</td>
            <td>{rough(part.max_absolute)}</td>
            <td>{share(part.beyond_tolerance)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function PatternTable({ grids: here }: { grids: PatternGrids }): JSX.Element {
  const { queries, keys } = words.value;
  return (
    <table>
      <caption>
        {here.yours === undefined
          ? `The ${MOST_CELLS} largest weights`
          : `The ${MOST_CELLS} weights that are farthest apart`}
      </caption>
      <thead>
        <tr>
          <th scope="col">query</th>
          <th scope="col">key</th>
          <th scope="col">right</th>
          {here.yours !== undefined && <th scope="col">yours</th>}
        </tr>
      </thead>
      <tbody>
        {tellingCells(here, MOST_CELLS).map(({ query, key, right, yours }) => (
          <tr key={`${query} ${key}`}>
            <th scope="row">{queries[query]}</th>
            <th scope="row">{keys[key]}</th>
            <td>{weightText(right)}</td>
            {yours !== undefined && <td>{weightText(yours)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
