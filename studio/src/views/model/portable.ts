/** A head as it is taken along: its picture and its numbers. There is no request: nothing was asked of the service. */
import { attentions, place } from '../../ask/model/opened.ts';
import type { Table } from '../../carry/csv.ts';
import { fileNameOf, type Portable } from '../../carry/portable.ts';
import { weightsSheet } from '../../carry/weights-sheet.ts';
import { textWidth } from '../../controls/size.ts';
import { figure } from '../../pictures/figure.ts';
import { matrixPart } from '../../pictures/matrix-part.ts';
import { saidOfAll } from './said.ts';
import { axisOf, focus, type Shown, shown } from './shown.ts';
import { headTitle } from './told.ts';

export function portable(): Portable | undefined {
  const here = shown.value;
  if (here === undefined) return undefined;
  const { grid, queries, keys, isSelf, pool } = here;
  const { sources, direction } = focus.value;
  const isWhole = pool[0] * pool[1] === 1;
  const title = `Attention of ${attentions.value.name}, ${headTitle(place.value)}`;
  const sides = { axis: axisOf(focus.value), sources, pair: undefined };
  const part = matrixPart({ grid, rowWords: queries, columnWords: keys, isHidden: () => false }, sides, textWidth);
  return {
    fileName: fileNameOf(title),
    picture: figure([part], { title, description: saidOfAll() }),
    table: tableOf(here),
    asked: undefined,
    unasked: 'There is no request: the numbers are those of the file.',
    tensors: () => [{ name: 'attention', dtype: 'float32', shape: [grid.rows, grid.columns], values: grid.values }],
    single: () => ({
      rowWords: queries,
      columnWords: keys,
      matrices: [{ title: headTitle(place.value), sheet: weightsSheet(grid, () => false, 'light') }],
      light: isWhole ? { isCross: !isSelf, direction, rowIndents: undefined, columnIndents: undefined } : undefined,
      lit: {
        row: direction === 'looks-at' ? sources[0] : undefined,
        column: direction === 'looks-at' ? undefined : sources[0],
      },
    }),
  };
}

/** One row a cell; of parts the first query and key of each, and its largest weight. */
function tableOf({ grid: { columns, values }, pool: [tall, wide], queries, keys }: Shown): Table {
  const isWhole = tall * wide === 1;
  const rows = Array.from(values, (weight, at) => {
    const [query, key] = [Math.floor(at / columns), at % columns];
    return isWhole ? [query, queries[query], key, keys[key], weight] : [query * tall, key * wide, weight];
  });
  const header = isWhole
    ? ['query_index', 'query', 'key_index', 'key', 'weight']
    : ['query_from', 'key_from', 'largest_weight'];
  return { header, rows };
}
