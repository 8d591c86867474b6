/** What of the matrix is in sight, to be taken along: as a picture, and its numbers. */
import { place, source, store } from '../../ask/matrix/current.ts';
import { fileNameOf, type Portable } from '../../carry/portable.ts';
import type { SinglePage } from '../../carry/single-page.ts';
import { textWidth } from '../../controls/size.ts';
import type { Range } from '../../pictures/atlas.ts';
import { figure, type Part } from '../../pictures/figure.ts';
import { LEGEND_HEIGHT, legend } from '../../pictures/legend.ts';
import type { Mark, Scale } from '../../pictures/mark.ts';
import { SHEET_LABEL, type Sheet } from '../../pictures/sheet.ts';
import { type Strengthening, strengthsOf } from '../../pictures/strength.ts';
import { type NumbersInSight, numbersInSight } from './in-sight.ts';
import { look } from './shown.ts';

const SIDE = 800;
const MOST_CELL = 40;
const LABEL_ROOM = 56;
const LABEL_ABOVE = 20;
const LEGEND_WIDTH = 420;

export function portable(): Portable | undefined {
  const [here, how, seen, colored] = [source.value, place.value, numbersInSight(), look.value];
  if (here === undefined || how === undefined || seen === undefined || colored === undefined) return undefined;
  const { side, rows, keys } = seen;
  const pooling = how.by === 'max' ? 'largest' : 'mean';
  // What is not there yet would be no number.
  if (store.value?.isWaiting) return undefined;
  const pooled = side === 1 ? '' : ` Each number is the ${pooling} of ${side} × ${side} cells.`;
  const measure = (words: readonly string[]) => Math.max(0, ...words.map((word) => textWidth(word, SHEET_LABEL)));
  const marks = legend({ ...colored, hasHidden: how.step === 'masked', unit: 1, measure });
  const below = { width: LEGEND_WIDTH, height: LEGEND_HEIGHT, marks };
  return {
    fileName: fileNameOf(
      `${how.step} head ${how.head} ${side === 1 ? '' : `${how.by} of ${side}`} rows ${rows.join(' ')} keys ${keys.join(' ')}`,
    ),
    picture: figure([cellsPart(seen, strengthsOf(seen.values, colored), colored.scale), below], {
      title: `${how.step} of ${here.title}, head ${how.head}`,
      description: `Queries ${rows[0]} to ${rows[1] - 1} by keys ${keys[0]} to ${keys[1] - 1}.${pooled}`,
    }),
    table: tableOf(seen, side === 1 ? 'value' : `${how.by}_of_${side}_by_${side}`),
    asked: undefined,
    unasked: 'There is no request: the numbers are tiles of a run.',
    tensors: () => [
      { name: how.step, dtype: 'float32', shape: [seen.height, seen.width], values: seen.values },
      // Which cells: without it nobody knows what a row of the numbers is.
      { name: 'rows_keys_side', dtype: 'float64', shape: [5], values: Float64Array.of(...rows, ...keys, side) },
    ],
    single: () => pageOf(seen, how.step, colored),
  };
}

function cellsPart({ rows, keys, height, width }: NumbersInSight, strengths: Float32Array, scale: Scale): Part {
  const cell = Math.min(MOST_CELL, SIDE / Math.max(height, width));
  const [left, top] = [LABEL_ROOM, LABEL_ABOVE];
  const text = { is: 'text', size: SHEET_LABEL, paint: 'quiet' } as const;
  const [right, bottom] = [left + width * cell, top + height * cell];
  const marks: Mark[] = [
    { is: 'cells', x: left, y: top, cell, rows: height, columns: width, strengths, scale },
    { is: 'frame', x: left, y: top, width: width * cell, height: height * cell, paint: 'line' },
    { ...text, x: left, y: 8, text: String(keys[0]), anchor: 'start' },
    { ...text, x: right, y: 8, text: String(keys[1] - 1), anchor: 'end' },
    { ...text, x: left - 6, y: top + 6, text: String(rows[0]), anchor: 'end' },
    { ...text, x: left - 6, y: bottom - 6, text: String(rows[1] - 1), anchor: 'end' },
  ];
  return { width: right, height: bottom, marks };
}

function pageOf(seen: NumbersInSight, step: string, { scale, most }: Strengthening): SinglePage {
  const { side, rows, keys, height, width, values } = seen;
  const names = ([first, end]: Range, count: number) =>
    Array.from({ length: count }, (_, at) => {
      const from = first + at * side;
      return side === 1 ? String(from) : `${from}–${Math.min(end, from + side) - 1}`;
    });
  const block = { row: 0, column: 0, rows: height, columns: width, values };
  const sheet: Sheet = { rows: height, columns: width, blocks: [block], isOfPairs: true, scale, most };
  const rowWords = names(rows, height);
  const matrices = [{ title: step, sheet }];
  return { rowWords, columnWords: names(keys, width), matrices, lit: { row: undefined, column: undefined } };
}

/** One line a number. */
function tableOf({ side, rows, keys, height, width, values }: NumbersInSight, name: string) {
  const lines = Array.from({ length: height * width }, (_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    return [rows[0] + row * side, keys[0] + column * side, values[at]];
  });
  return { header: side === 1 ? ['query_index', 'key_index', name] : ['query_from', 'key_from', name], rows: lines };
}
