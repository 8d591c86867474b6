/** What the model view shows, in words, for the live region. */
import { attentions, place } from '../../ask/model/opened.ts';
import { long } from '../../pictures/figures.ts';
import { light } from '../../pictures/grid.ts';
import { said, saidOfPair } from '../sentence/said.ts';
import { axisOf, focus, pictures, shown } from './shown.ts';
import { headTitle, rangeText, saidOfHabit } from './told.ts';

export function saidOfAll(): string {
  const { layer, head } = place.value;
  const { heads, rows, keys } = attentions.value;
  const picture = pictures.value[layer * heads + head];
  const title = `${headTitle(place.value).replace('l', 'L')}.${picture === undefined ? '' : saidOfHabit(picture)}`;
  const here = shown.value;
  const { pair, sources, direction } = focus.value;
  if (here === undefined || sources.length === 0) return title;
  const { grid, pool, queries, keys: others } = here;
  if (pair !== undefined) {
    const weight = grid.values[pair.query * grid.columns + pair.key];
    if (pool[0] * pool[1] === 1) return saidOfPair(queries[pair.query], others[pair.key], weight);
    const part = `Queries ${rangeText(pair.query, pool[0], rows)}, keys ${rangeText(pair.key, pool[1], keys)}`;
    return `${part}: at most ${long(weight)}.`;
  }
  const [own, targets] = direction === 'looks-at' ? [queries, others] : [others, queries];
  const names = sources.map((source) => own[source]);
  return `${title} ${said(light(grid, axisOf(focus.value), sources), direction, names, targets)}`;
}
