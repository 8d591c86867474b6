/** The pictures of the model view as tables: always there for screen readers, in sight when asked for. */
import type { JSX } from 'preact';
import { attentions, place } from '../../ask/model/opened.ts';
import { long, short } from '../../pictures/figures.ts';
import { ranked, reach } from '../../pictures/grid.ts';
import { TableRoom } from '../table-room.tsx';
import { axisOf, focus, pictures, type Shown, shown } from './shown.ts';
import { habitOf, headTitle, rangeText } from './told.ts';

const MOST_CELLS = 16;

export function ModelTables(): JSX.Element {
  return (
    <TableRoom label="The pictures as tables">
      <HeadsTable />
      {shown.value !== undefined && <WeightsTable here={shown.value} />}
    </TableRoom>
  );
}

function HeadsTable(): JSX.Element {
  const { layers, heads } = attentions.value;
  const told = (layer: number, head: number) => {
    const picture = pictures.value[layer * heads + head];
    if (picture === undefined) return '…';
    const habit = habitOf(picture);
    return habit === undefined ? '–' : `${habit.name} ${short(habit.part)}`;
  };
  return (
    <table>
      <caption>What each head mostly looks at, on average over its words</caption>
      <thead>
        <tr>
          <td />
          {[...Array(heads).keys()].map((head) => (
            <th key={head} scope="col">
              head {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {[...Array(layers).keys()].map((layer) => (
          <tr key={layer}>
            <th scope="row">layer {layer}</th>
            {[...Array(heads).keys()].map((head) => (
              <td key={head}>{told(layer, head)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Of the word that is lit, else of all. */
function WeightsTable({ here }: { here: Shown }): JSX.Element {
  const { grid, pool, queries, keys } = here;
  const { rows, keys: columns } = attentions.value;
  const [source] = focus.value.sources;
  const axis = axisOf(focus.value);
  const places =
    source === undefined
      ? ranked(grid.values, MOST_CELLS)
      : ranked(reach(grid, axis, source), MOST_CELLS).map((target) =>
          axis === 'row' ? source * grid.columns + target : target * grid.columns + source,
        );
  const isWhole = pool[0] * pool[1] === 1;
  return (
    <table>
      <caption>
        The largest weights of {headTitle(place.value)}
        {source !== undefined && isWhole && `, of “${(axis === 'row' ? queries : keys)[source]}”`}
      </caption>
      <thead>
        <tr>
          <th scope="col">query</th>
          <th scope="col">key</th>
          <th scope="col">weight</th>
        </tr>
      </thead>
      <tbody>
        {places.map((at) => {
          const [query, key] = [Math.floor(at / grid.columns), at % grid.columns];
          return (
            <tr key={at}>
              <th scope="row">{isWhole ? queries[query] : rangeText(query, pool[0], rows)}</th>
              <th scope="row">{isWhole ? keys[key] : rangeText(key, pool[1], columns)}</th>
              <td>{long(grid.values[at])}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
