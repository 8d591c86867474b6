/** The sentence view as it is taken along: words in light above their matrix, the weights, and the question. */
import type { SentenceRequest } from '../../ask/sentence-request.ts';
import { fileNameOf, type Portable } from '../../carry/portable.ts';
import { stacked } from '../../carry/stacked.ts';
import { weightsSheet } from '../../carry/weights-sheet.ts';
import { weightsTable } from '../../carry/weights-table.ts';
import { textWidth } from '../../controls/size.ts';
import { light } from '../../pictures/grid.ts';
import { said, saidOfEach } from './said.ts';
import { sentenceFigure } from './sentence-figure.ts';
import { axisOf, focus, layers, reading, shownPair } from './shown.ts';

export function portable(): Portable | undefined {
  const answer = reading.value;
  const shownLayers = layers.value;
  const [layer] = shownLayers;
  if (answer === undefined || layer === undefined) return undefined;
  const { direction, sources } = focus.value;
  const [own, others] = direction === 'looks-at' ? [answer.queries, answer.keys] : [answer.keys, answer.queries];
  const names = sources.map((source) => own[source]);
  const description = saidOfEach(shownLayers, ({ grid }) =>
    said(light(grid, axisOf(focus.value), sources), direction, names, others),
  );
  // The question of these numbers, which the state may have left.
  const { asked } = layer;
  const { text, context, temperature } = asked;
  const title = context !== undefined ? `How “${text}” looks at “${context}”` : `Attention in “${text}”`;
  return {
    fileName: fileNameOf(text),
    picture: sentenceFigure({
      answer,
      layers: shownLayers,
      focus: focus.value,
      pair: shownPair.value,
      temperature,
      measure: textWidth,
      words: { title, description },
    }),
    table: weightsTable(answer, shownLayers),
    asked: { method: 'text', body: inLists(asked) },
    tensors: () => [
      stacked(
        'weights',
        shownLayers.map(({ grid }) => grid),
      ),
    ],
    single: () => ({
      rowWords: answer.queries,
      columnWords: answer.keys,
      matrices: shownLayers.map(({ title, grid, paint }) => ({
        title,
        sheet: weightsSheet(grid, answer.isHidden, paint),
      })),
      light: {
        isCross: answer.isCross,
        direction,
        rowIndents: answer.queryIndents,
        columnIndents: answer.keyIndents,
      },
      lit: {
        row: direction === 'looks-at' ? sources[0] : undefined,
        column: direction === 'looks-at' ? undefined : sources[0],
      },
    }),
  };
}

/** The page takes its numbers packed; whoever copies the question wants to read them, and they are the same. */
function inLists({ tensor_format: _, ...request }: SentenceRequest): object {
  return request;
}
