/** The sentence view as it is taken along: words in light above their matrix, the weights, and the question. */
import type { Reading } from '../../ask/reading.ts';
import type { SentenceRequest } from '../../ask/sentence-request.ts';
import type { Table } from '../../carry/csv.ts';
import { fileNameOf, type Portable } from '../../carry/portable.ts';
import { textWidth } from '../../controls/size.ts';
import { whole } from '../../pictures/figures.ts';
import { light } from '../../pictures/grid.ts';
import type { HeadLayer } from './layers.ts';
import { said } from './said.ts';
import { sentenceFigure } from './sentence-figure.ts';
import { axisOf, focus, layers, reading, shownPair } from './shown.ts';

export function portable(): Portable | undefined {
  const answer = reading.value;
  const [layer] = layers.value;
  if (answer === undefined || layer === undefined) return undefined;
  const { direction, sources } = focus.value;
  const [own, others] = direction === 'looks-at' ? [answer.queries, answer.keys] : [answer.keys, answer.queries];
  const description = said(
    light(layer.grid, axisOf(focus.value), sources),
    direction,
    sources.map((source) => own[source]),
    others,
  );
  // The question of these numbers, which the state may have left.
  const { asked } = layer;
  const { text, context, temperature } = asked;
  const title = context !== undefined ? `How “${text}” looks at “${context}”` : `Attention in “${text}”`;
  return {
    fileName: fileNameOf(text),
    picture: sentenceFigure({
      answer,
      layers: layers.value,
      focus: focus.value,
      pair: shownPair.value,
      temperature,
      measure: textWidth,
      words: { title, description },
    }),
    table: tableOf(answer, layers.value),
    asked: { method: 'text', body: inLists(asked) },
  };
}

/** The page takes its numbers packed; whoever copies the question wants to read them, and they are the same. */
function inLists({ tensor_format: _, ...request }: SentenceRequest): object {
  return request;
}

/** One row a weight, so that a word that comes twice is no riddle; hidden cells have none. */
function tableOf({ queries, keys, isHidden }: Reading, shown: readonly HeadLayer[]): Table {
  const rows = shown.flatMap(({ title, grid }) =>
    queries.flatMap((query, row) =>
      keys.map((key, column) => {
        const weight = Number(whole(grid.values[row * grid.columns + column]));
        return [title, row, query, column, key, isHidden(row, column) ? undefined : weight] as const;
      }),
    ),
  );
  return { header: ['head', 'query_index', 'query', 'key_index', 'key', 'weight'], rows };
}
