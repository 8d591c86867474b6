/** The film as it is taken along: the matrix at this step, its numbers, and the request whose answer it comes to. */
import type { StepName } from '../../ask/film/frame.ts';
import { filmRequest } from '../../ask/sentence-request.ts';
import type { Table } from '../../carry/csv.ts';
import { type Asked, fileNameOf, type Portable } from '../../carry/portable.ts';
import { textWidth } from '../../controls/size.ts';
import type { Tensor } from '../../files/tensor.ts';
import { figure } from '../../pictures/figure.ts';
import { whole } from '../../pictures/figures.ts';
import { LEGEND_HEIGHT, legend } from '../../pictures/legend.ts';
import { planSheet, SHEET_LABEL, type Sheet, sheetMarks, sheetSides } from '../../pictures/sheet.ts';
import { state } from '../../state/here.ts';
import { seenIn } from './picture.tsx';
import { focus, numbers, type Scene, scene } from './shown.ts';
import { isOfKeys, isOfPairs, sheetSoFar } from './so-far.ts';
import { STEP_TITLES } from './titles.ts';
import { told } from './told.ts';

/** Of every file, whatever the window is. */
const WIDTH = 880;
const HEIGHT = 560;
const LEGEND_WIDTH = 360;

const measure = (words: readonly string[]) => Math.max(0, ...words.map((word) => textWidth(word, SHEET_LABEL)));

export function portable(): Portable | undefined {
  const here = scene.value;
  if (here === undefined) return undefined;
  const { frames, plan, frame, queries } = here;
  const name = seenIn(frame.name);
  const sheet = sheetSoFar(frames, plan, frame, name);
  const title = `${STEP_TITLES[name]}${here.heads.length > 1 ? ` (${here.heads[frame.head]})` : ''}, step ${frame.seq}`;
  const description = numbers.value === undefined ? title : told(here, focus.value, numbers.value);
  return {
    fileName: fileNameOf(`step ${frame.seq} ${STEP_TITLES[name]} ${queries.join(' ')}`),
    picture: figure([legendOf(sheet), sheetOf(here, name, sheet)], {
      title: `Of “${queries.join(' ')}”: ${title}`,
      description,
    }),
    table: tableOf(here, name, sheet),
    asked: askedOf(),
    tensors: () => tensorsOf(here),
    single: () => {
      const { query, key } = focus.value;
      return {
        rowWords: isOfKeys(name) ? here.keys : queries,
        columnWords: here.keys,
        matrices: [{ title: STEP_TITLES[name], sheet }],
        lit: { row: isOfKeys(name) ? key : query, column: isOfPairs(name) ? key : undefined },
      };
    },
  };
}

/** Of this head each matrix that is there, by the name that the stream gives it; NaN where it is not filled yet. */
function tensorsOf({ frames, plan, frame }: Scene): Tensor[] {
  const names = plan.names.map(({ name }) => name).filter((name) => frames.last(frame.seq, frame.head, name));
  return names.map((name) => {
    const { rows, columns, blocks } = sheetSoFar(frames, plan, frame, name);
    const values = new Float32Array(rows * columns).fill(Number.NaN);
    for (const block of blocks)
      for (let row = 0; row < block.rows; row++) {
        const own = block.values.subarray(row * block.columns, (row + 1) * block.columns);
        values.set(own, (block.row + row) * columns + block.column);
      }
    return { name, dtype: 'float32', shape: [rows, columns], values };
  });
}

/** The request of one's own film; of a run that a link names there is only the plan. */
function askedOf(): Asked | undefined {
  const request = state.value.run === undefined ? filmRequest(state.value) : undefined;
  if (request === undefined) return undefined;
  const { kind, ...body } = request;
  return { method: kind, body: { ...body, outputs: ['weights', 'heads', 'stats'] } };
}

function legendOf({ scale, most, blocks }: Sheet) {
  const hasHidden = blocks.some(({ values }) => values.includes(Number.NEGATIVE_INFINITY));
  return { width: LEGEND_WIDTH, height: LEGEND_HEIGHT, marks: legend({ scale, most, hasHidden, unit: 1, measure }) };
}

function sheetOf({ queries, keys, frame }: Scene, name: StepName, sheet: Sheet) {
  const rowWords = isOfKeys(name) ? keys : queries;
  const words = { rows: queries.length, columns: keys.length };
  const setting = { sheet, words, rowWords, columnWords: keys, width: WIDTH, height: HEIGHT, unit: 1, measure };
  const plan = planSheet(setting);
  const { query, key } = focus.value;
  const lit = {
    row: isOfKeys(name) ? key : query,
    column: isOfPairs(name) ? key : undefined,
    tile: frame.tile && { rows: frame.rows, columns: frame.tile.keys },
  };
  const { width, height } = plan;
  return { width, height, marks: [...sheetMarks(setting, plan), ...sheetSides(setting, plan, lit)] };
}

/** One row a number, of what is there so far; a score of −∞ has none. */
function tableOf({ queries, keys, heads, frame }: Scene, name: StepName, { blocks }: Sheet): Table {
  const words = isOfKeys(name) ? keys : queries;
  const isPairs = isOfPairs(name);
  const rows = blocks.flatMap(({ row, column, columns, values }) =>
    [...values].map((value, i) => {
      const [at, across] = [row + Math.floor(i / columns), column + (i % columns)];
      const number = value === Number.NEGATIVE_INFINITY ? undefined : Number(whole(value));
      return [STEP_TITLES[name], heads[frame.head], at, words[at], across, ...(isPairs ? [keys[across]] : []), number];
    }),
  );
  const columns = isPairs ? ['query_index', 'query', 'key_index', 'key'] : ['word_index', 'word', 'number_index'];
  return { header: ['step', 'head', ...columns, 'value'], rows };
}
