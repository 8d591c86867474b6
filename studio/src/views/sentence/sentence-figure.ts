/** The figure that is saved: always as large, whatever the window is, so that one link gives one picture. */
import type { Reading } from '../../ask/reading.ts';
import { arranged, type Lines } from '../../controls/arranged.ts';
import { type Layer, rays } from '../../pictures/arcs.ts';
import { figure, type Part } from '../../pictures/figure.ts';
import { type Axis, light } from '../../pictures/grid.ts';
import type { Mark } from '../../pictures/mark.ts';
import { matrixPart } from '../../pictures/matrix-part.ts';
import { panels } from '../../pictures/multiples/panels.ts';
import type { Picture } from '../../pictures/picture.ts';
import type { Measure, WordLine } from '../../pictures/word-line.ts';
import type { Pair } from '../../state/state.ts';
import type { Focus } from './focus.ts';

const WIDTH = 880;
/** Of two beside each other. */
const HALF_WIDTH = 426;
const LEGEND_SIZE = 14;
const LEGEND_GAP = 28;
/** Of this much light on, a word is as bright as text. */
const BRIGHT = 0.1;

type FigureLayer = Layer & { title: string };

interface SentenceFigure {
  answer: Reading;
  layers: readonly FigureLayer[];
  focus: Focus;
  pair: Pair | undefined;
  temperature: number;
  measure: Measure;
  words: Pick<Picture, 'title' | 'description'>;
}

export function sentenceFigure(setting: SentenceFigure): Picture {
  return figure([legend(setting), sentence(setting), ...weights(setting)], setting.words);
}

function sentence({ answer, layers, focus, measure }: SentenceFigure): Part {
  const { queries, keys, queryIndents, keyIndents, isCross } = answer;
  const { direction, sources } = focus;
  const axis = direction === 'looks-at' ? 'row' : 'column';
  const lines = arranged({
    query: { words: queries, indents: queryIndents },
    key: isCross ? { words: keys, indents: keyIndents } : undefined,
    direction,
    numbers: layers.length,
    width: WIDTH,
    unit: 1,
    measure,
  });
  const { query, key, keyTop, height } = lines;
  const isUp = isCross && axis === 'column';
  const [from, to, fromTop, toTop] = isUp ? [key, query, keyTop, 0] : [query, key, 0, keyTop];
  const arcs = isCross ? 'between' : axis === 'row' ? 'above' : 'below';
  const lit = rays({ from, to, fromTop, toTop, arcs, axis, sources, layers, unit: 1 });
  return { width: WIDTH, height, marks: [...lit, ...words({ answer, layers, focus, lines, axis })] };
}

interface Lit {
  answer: Reading;
  layers: readonly FigureLayer[];
  focus: Focus;
  lines: Lines;
  axis: Axis;
}

/** As buttons on the page, here as text. */
function words({ answer, layers, focus, lines, axis }: Lit): Mark[] {
  const { queries, keys, isCross } = answer;
  const falling = layers.map(({ grid }) => light(grid, axis, focus.sources));
  const written = (texts: readonly string[], line: WordLine, top: number, side: Axis): Mark[] =>
    texts.map((text, i) => {
      const isSource = (!isCross || axis === side) && focus.sources.includes(i);
      const isBright = isCross && axis === side ? true : falling.some((weights) => weights[i] >= BRIGHT);
      const { x, y } = line.boxes[i];
      const paint = isSource ? 'light' : isBright ? 'text' : 'quiet';
      return { is: 'text', x, y: y + top, text, size: line.size, anchor: 'middle', paint, isStrong: isSource };
    });
  const own = written(queries, lines.query, 0, 'row');
  return isCross ? [...own, ...written(keys, lines.key, lines.keyTop, 'column')] : own;
}

/** Of one head as wide as a matrix is; of several each, two by two. */
function weights({ answer, layers, focus, pair, measure }: SentenceFigure): Part[][] {
  const { queries, keys, isHidden } = answer;
  const cell = pair && { row: pair.query, column: pair.key };
  const axis = focus.direction === 'looks-at' ? 'row' : 'column';
  const sides = { axis, sources: focus.sources, pair: cell } as const;
  const all = layers.map(({ title, grid, paint }) => {
    const given = { grid, paint, rowWords: queries, columnWords: keys, isHidden };
    return { title, part: matrixPart(given, sides, measure, layers.length > 1 ? HALF_WIDTH : undefined) };
  });
  return panels(all, measure);
}

/** Which heads these are, in which color, and how sharp. */
function legend({ layers, temperature, measure }: SentenceFigure): Part {
  const size = LEGEND_SIZE;
  const marks: Mark[] = [];
  let x = 0;
  const write = (text: string, left: number) => {
    marks.push({ is: 'text', x: left, y: size / 2, text, size, anchor: 'start', paint: 'quiet' });
    return left + measure(text, size) + LEGEND_GAP;
  };
  for (const { title, paint } of layers) {
    marks.push({ is: 'dot', x: x + size / 3, y: size / 2, radius: size / 3, paint });
    x = write(title, x + 1.2 * size);
  }
  x = write(`temperature ${temperature.toFixed(2)}`, x);
  return { width: x - LEGEND_GAP, height: size, marks };
}
