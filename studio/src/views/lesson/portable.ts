/** A page of the lesson as it is taken along: the part whose numbers stand beside it, and the request that it answers. */
import type { Answered } from '../../ask/lesson/asked.ts';
import { tried } from '../../ask/lesson/lesson.ts';
import type { LessonPage } from '../../ask/lesson/page.ts';
import type { Part, TensorPart, TextPart } from '../../ask/lesson/part.ts';
import { fileNameOf, type Portable } from '../../carry/portable.ts';
import { stacked } from '../../carry/stacked.ts';
import { weightsSheet } from '../../carry/weights-sheet.ts';
import { weightsTable } from '../../carry/weights-table.ts';
import { textWidth } from '../../controls/size.ts';
import type { Tensor } from '../../files/tensor.ts';
import { figure } from '../../pictures/figure.ts';
import { type Grid, reach } from '../../pictures/grid.ts';
import type { Paint } from '../../pictures/mark.ts';
import { matrixPart } from '../../pictures/matrix-part.ts';
import { panels } from '../../pictures/multiples/panels.ts';
import type { Picture } from '../../pictures/picture.ts';
import { HEAD_TITLES, headPaint } from '../sentence/layers.ts';
import { said, saidOfEach } from '../sentence/said.ts';
import { sentenceFigure } from '../sentence/sentence-figure.ts';
import { inspected, litRow, rowsOf, shownPage } from './shown.ts';

export function portable(): Portable | undefined {
  const [open, part] = [shownPage.value, inspected.value];
  const request = open && part && requestOf(open, part);
  if (open === undefined || part === undefined || request === undefined) return undefined;
  const title = open.parts.length > 1 ? `${open.title}: ${part.title}` : open.title;
  return {
    fileName: fileNameOf(title),
    ...(part.is === 'text' ? ofText(part, title) : ofTensors(part, title)),
    asked: { method: request.path === '/attention' ? 'attention' : 'text', body: request.body },
  };
}

/** As it was sent: the changed one where the part shows what that is answered. */
function requestOf(open: LessonPage, { name }: Part): Answered | undefined {
  const { last } = tried.value;
  const isOf = (request: Answered) => request.name === name;
  return (last?.name === open.name ? last.requests.find(isOf) : undefined) ?? open.requests.find(isOf);
}

type Shown = Pick<Portable, 'picture' | 'table' | 'tensors' | 'single'>;

function ofText(part: TextPart, title: string): Shown {
  const { reading, temperature } = part;
  const isOne = reading.heads.length === 1;
  const layers = reading.heads.map(({ name, weights: grid }) => {
    const paint: Paint = isOne ? 'light' : headPaint(name);
    return { title: HEAD_TITLES[name], grid, paint };
  });
  const row = litRow(part);
  const picture = sentenceFigure({
    answer: reading,
    layers,
    focus: { direction: 'looks-at', sources: [row], pair: undefined },
    pair: undefined,
    temperature,
    measure: textWidth,
    words: wordsOf(part, title, layers, reading.keys),
  });
  const { queries, keys, isHidden, isCross, queryIndents, keyIndents } = reading;
  return {
    picture,
    table: weightsTable(reading, layers),
    tensors: () => [stackedOf('weights', layers)],
    single: () => ({
      rowWords: queries,
      columnWords: keys,
      matrices: layers.map(({ title, grid, paint }) => ({ title, sheet: weightsSheet(grid, isHidden, paint) })),
      light: { isCross, direction: 'looks-at', rowIndents: queryIndents, columnIndents: keyIndents },
      lit: { row, column: undefined },
    }),
  };
}

const stackedOf = (name: string, heads: readonly { grid: Grid }[]): Tensor =>
  stacked(
    name,
    heads.map(({ grid }) => grid),
  );

function ofTensors(part: TensorPart, title: string): Shown {
  const { queries, keys } = part;
  const heads = part.heads.map(({ title, weights: grid }, i) => ({ title: title ?? `head ${i + 1}`, grid }));
  const row = litRow(part);
  const isHidden = () => false;
  const all = heads.map(({ title, grid }) => {
    const sides = { axis: 'row', sources: [row], pair: undefined } as const;
    return { title, part: matrixPart({ grid, rowWords: queries, columnWords: keys, isHidden }, sides, textWidth) };
  });
  return {
    picture: figure(panels(all, textWidth), wordsOf(part, title, heads, keys)),
    table: weightsTable({ queries, keys, isHidden }, heads),
    tensors: () => tensorsOf(part),
    single: () => ({
      rowWords: queries,
      columnWords: keys,
      matrices: heads.map(({ title, grid }) => ({ title, sheet: weightsSheet(grid, isHidden) })),
      lit: { row, column: undefined },
    }),
  };
}

/** What went in, what came out, and what is between. */
function tensorsOf({ heads }: TensorPart): Tensor[] {
  const names = ['query', 'key', 'value', 'scores', 'weights', 'output'] as const;
  return names.flatMap((name) => {
    const grids = heads.flatMap((head) => head[name] ?? []);
    return grids.length === heads.length && haveOneSize(grids) ? [stacked(name, grids)] : [];
  });
}

/** Heads may be of several widths. */
const haveOneSize = ([first, ...others]: readonly Grid[]) =>
  others.every(({ rows, columns }) => rows === first.rows && columns === first.columns);

/** Of several heads what each has to say. */
function wordsOf(
  part: Part,
  title: string,
  heads: readonly { title: string; grid: Grid }[],
  keys: readonly string[],
): Pick<Picture, 'title' | 'description'> {
  const row = litRow(part);
  const description = saidOfEach(heads, ({ grid }) =>
    said(reach(grid, 'row', row), 'looks-at', [rowsOf(part)[row]], keys),
  );
  return { title, description };
}
