/** Where the words of a sentence stand: on one line, evenly, where they fit; else on several, as text runs. */

/** A word; x and y are those of its middle. */
export interface Box {
  x: number;
  y: number;
  width: number;
  /** Which of the lines it stands on, from 0. */
  line: number;
}

export interface WordLine {
  boxes: readonly Box[];
  /** Of the type. */
  size: number;
  height: number;
  /** Between a word's middle and the first number below it. */
  numberDrop: number;
  /** What arcs have above (or below) each line. */
  room: number;
  lines: number;
  /** From edge to edge; of several lines the margins are kept free, so that light can pass from line to line. */
  width: number;
  margin: number;
}

/** How wide a word is in type of a size. */
export type Measure = (word: string, size: number) => number;

export interface Setting {
  words: readonly string[];
  /** Of a word that begins a line: behind how many spaces. */
  indents?: readonly (number | undefined)[];
  width: number;
  /** How large everything is; 1 on a small screen. */
  unit: number;
  /** How many numbers stand below each word. */
  numbers: number;
  /** Where arcs are: 'above' and 'below' take their room beside the line, 'none' needs none. */
  arcs: 'above' | 'below' | 'none';
  measure: Measure;
  /** The largest type, so that two lines can have the same. */
  mostSize?: number;
}

const SLOT = 112;
const GAP = 20;
const SIZES = [28, 24, 20];
/** Words that stand evenly have room for high arcs. */
const ROOM = 132;
const NARROW_ROOM = 36;
const LEAST_ROOM = 12;
const NUMBER_PITCH = 18;
/** So many words are text to be read, and smaller. */
const MANY = 40;
/** The least room of a word: that of its number, and of the dot beside it where there are several. */
const LEAST = 34;
const LEAST_OF_MANY = 50;
const MARGIN = 20;
/** The width of a space before a line, by the size of the type; and how many there are room for. */
const INDENT = 0.6;
const MOST_INDENT = 12;

export function wordLine(setting: Setting): WordLine {
  const { words, width, unit, measure, mostSize = Number.POSITIVE_INFINITY } = setting;
  const hasLines = setting.indents?.some((indent, i) => indent !== undefined && i > 0) ?? false;
  const sizes = hasLines ? [] : SIZES;
  for (const size of sizes.map((size) => size * unit).filter((size) => size <= mostSize)) {
    const widths = words.map((word) => measure(word, size));
    const slot = Math.min(SLOT * unit, width / words.length);
    if (Math.max(0, ...widths) + 0.6 * GAP * unit <= slot && slot >= LEAST * unit) return even(setting, size, widths);
  }
  return flowing(setting, Math.min(mostSize, (words.length > MANY ? 16 : 20) * unit));
}

function even(setting: Setting, size: number, widths: readonly number[]): WordLine {
  const { words, width, unit } = setting;
  const slot = Math.min(SLOT * unit, width / words.length);
  const start = (width - slot * words.length) / 2 + slot / 2;
  const measures = pitch(setting, size, ROOM);
  const boxes = widths.map((own, i) => ({ x: start + i * slot, y: measures.first, width: own, line: 0 }));
  return { boxes, size, lines: 1, width, margin: 0, height: measures.pitch, ...measures.rest };
}

function flowing(setting: Setting, size: number): WordLine {
  const { words, indents, width, unit, numbers, measure } = setting;
  const least = (numbers > 1 ? LEAST_OF_MANY : LEAST) * unit;
  const gap = 0.6 * size;
  const margin = MARGIN * unit;
  const places: { left: number; line: number; width: number }[] = [];
  let left = 0;
  let line = 0;
  words.forEach((word, i) => {
    const own = measure(word, size);
    const taken = Math.max(own, least);
    const indent = indents?.[i];
    if (i > 0 && (indent !== undefined || left + taken > width - 2 * margin)) {
      left = INDENT * size * Math.min(indent ?? 0, MOST_INDENT);
      line++;
    }
    places.push({ left: left + taken / 2, line, width: own });
    left += taken + gap;
  });
  const isOne = line === 0;
  const measures = pitch(setting, size, isOne ? ROOM : words.length > MANY ? LEAST_ROOM : NARROW_ROOM);
  const shift = isOne ? (width - left + gap) / 2 : margin;
  const boxes = places.map((place) => ({
    x: shift + place.left,
    y: measures.first + place.line * measures.pitch,
    width: place.width,
    line: place.line,
  }));
  return {
    boxes,
    size,
    lines: line + 1,
    width,
    margin: isOne ? 0 : margin,
    height: (line + 1) * measures.pitch,
    ...measures.rest,
  };
}

/** From line to line: arcs, word, numbers; or word, numbers, arcs. */
function pitch({ unit, numbers, arcs }: Setting, size: number, most: number) {
  const room = arcs === 'none' ? 0 : most * unit;
  const block = 1.4 * size + numbers * NUMBER_PITCH * unit + 8 * unit;
  return {
    first: (arcs === 'above' ? room : 0) + 0.7 * size,
    pitch: room + block,
    rest: { room, numberDrop: 0.7 * size + 0.5 * NUMBER_PITCH * unit },
  };
}
