/** All that the page shows follows from this one value and from what the service answered; hover alone lives elsewhere. */

export const VIEWS = ['sentence', 'steps', 'matrix', 'tensors', 'model', 'diagnose', 'lesson'] as const;
export const MODES = ['self', 'causal', 'cross'] as const;
export const HEADS = ['semantic', 'position', 'previous-token', 'same-token', 'syntax-code'] as const;
export const COMBINATIONS = ['each', 'mean', 'max'] as const;
export const VECTORS = ['glove', 'bilingual-example'] as const;
export const DIRECTIONS = ['looks-at', 'looked-at'] as const;
/** What one step of a film is. */
export const DETAILS = ['whole', 'head', 'row', 'tile'] as const;
/** Of a film that plays, in steps a second. */
export const SPEEDS = [0.5, 1, 2, 5, 20, 60] as const;
/** What a matrix is of: the sentence, numbers that are made up, or what another view gave. */
export const MATRIX_SOURCES = ['sentence', 'made', 'given'] as const;
/** What many numbers become where they are one pixel. */
/** Of a matrix that is made up: how many queries, and keys. */
export const MATRIX_SIZES = [512, 2048, 4096, 8192] as const;
export const POOLINGS = ['max', 'mean'] as const;
export const COLOR_SCALES = ['linear', 'log'] as const;
export const THEMES = ['system', 'dark', 'light'] as const;

export type ViewName = (typeof VIEWS)[number];
export type Mode = (typeof MODES)[number];
export type HeadName = (typeof HEADS)[number];
export type Combination = (typeof COMBINATIONS)[number];
export type Vectors = (typeof VECTORS)[number];
export type Direction = (typeof DIRECTIONS)[number];
export type Detail = (typeof DETAILS)[number];
export type Speed = (typeof SPEEDS)[number];
export type Theme = (typeof THEMES)[number];

/** A word that looks, and one that is looked at, by their numbers. */
export interface Pair {
  query: number;
  key: number;
}

/** Of a dump, the head whose two patterns are shown, and a cell of them that is looked into. */
export interface PatternPlace {
  batch: number;
  head: number;
  cell: Pair | undefined;
}

/** What differs in a second request: an option, null for its default, or a tensor of a role, as a text like `State.tensors`. */
export type Against = { option: string; value: unknown } | { role: string; tensor: string };

/** Which matrix is shown, and how. */
export interface MatrixChoice {
  of: (typeof MATRIX_SOURCES)[number];
  size: (typeof MATRIX_SIZES)[number];
  /** By the service's name; where there is none of it, the last that there is. */
  step: string;
  batch: number;
  head: number;
  by: (typeof POOLINGS)[number];
  scale: (typeof COLOR_SCALES)[number];
}

/** What of a large matrix is in sight: what stands in the middle, in rows and keys, and how wide a cell is, in pixels. */
export interface Sight {
  row: number;
  key: number;
  cell: number;
}

/** Of attentions from a file, the head that is shown, and a word whose light stays; counted from 0. */
export interface ModelPlace {
  layer: number;
  head: number;
  batch: number;
  word: number | undefined;
}

export interface State {
  view: ViewName;
  text: string;
  /** The sentence that is looked at, in the mode `cross`. */
  context: string;
  mode: Mode;
  vectors: Vectors;
  /** The heads that are picked, at least one, in the order of HEADS. */
  heads: readonly HeadName[];
  /** How several heads are shown: each in its own color, their mean, or the largest of their weights. */
  combine: Combination;
  temperature: number;
  /** In self-attention, whether words do not look at themselves. */
  excludeSelf: boolean;
  /** Whether the light goes from the locked words to those that they look at, or to those that look at them. */
  direction: Direction;
  /** Words whose light stays: of `text`, or of what is looked at where the direction says so. Ascending. */
  locked: readonly number[];
  /** The cell that is looked into; without it the strongest of what is locked. */
  pair: Pair | undefined;
  /** Of several picked heads the one whose arithmetic is shown; without it the first. */
  pairHead: HeadName | undefined;
  detail: Detail;
  speed: Speed;
  /** The step of the film, from 1; 0: its beginning. */
  step: number;
  /** The run that a film shows, where it is somebody's. */
  run: string | undefined;
  /** The example of the lesson. */
  lesson: string | undefined;
  /** What was changed on a page of the lesson, by name; what is not here is as the example has it. */
  tried: Readonly<Record<string, number>>;
  /** In the diagnosis of a dump; the dump itself is no part of a link. */
  patterns: PatternPlace | undefined;
  /** The tensors of a request, where they are few numbers, or a name for them on this page; undefined: the example. */
  tensors: string | undefined;
  /** The options of that request, by the service's names. */
  options: Readonly<Record<string, unknown>>;
  /** What is shown beside it. */
  against: Against | undefined;
  /** Of its answer, the head that is shown, and the cell of its pattern that is looked into. */
  answered: PatternPlace | undefined;
  matrix: MatrixChoice;
  /** Undefined: all of it. */
  matrixSight: Sight | undefined;
  matrixCell: Pair | undefined;
  /** In the attentions of a model; the file itself is no part of a link. */
  model: ModelPlace | undefined;
  /** Whether sub-word tokens are shown as the words that they are parts of. */
  isMerged: boolean;
  theme: Theme;
  /** A picture alone in the window, for projectors. */
  isStage: boolean;
  /** Which of the view's pictures that is, from 1. */
  picture: number;
  /** Whether the tables that stand for the pictures are shown. */
  hasTables: boolean;
}

/** What the page shows at first: the mat glows. What is as here is left out of the URL. */
export const START: State = {
  view: 'sentence',
  text: 'The cat sat on the mat',
  context: 'Bonjour monde',
  mode: 'self',
  vectors: 'glove',
  heads: ['semantic'],
  combine: 'each',
  temperature: 0.1,
  excludeSelf: true,
  direction: 'looks-at',
  locked: [2],
  pair: undefined,
  pairHead: undefined,
  detail: 'whole',
  speed: 1,
  step: 0,
  run: undefined,
  lesson: undefined,
  tried: {},
  patterns: undefined,
  tensors: undefined,
  options: {},
  against: undefined,
  answered: undefined,
  matrix: { of: 'sentence', size: 4096, step: 'pattern', batch: 0, head: 0, by: 'max', scale: 'linear' },
  matrixSight: undefined,
  matrixCell: undefined,
  model: undefined,
  isMerged: false,
  theme: 'system',
  isStage: false,
  picture: 1,
  hasTables: false,
};

/** What a film is of. */
const OF_FILM = ['text', 'context', 'mode', 'vectors', 'heads', 'temperature', 'excludeSelf', 'detail'] as const;

/** The state after a change: of something else, the film is another one, at its beginning, and no run that there was. */
export function changed(state: State, change: Partial<State>): State {
  const next = { ...state, ...change };
  const isSame = OF_FILM.every((member) => String(next[member]) === String(state[member]));
  return isSame ? next : { ...next, run: change.run, step: change.step ?? START.step };
}
