/** What pictures are made of: a list of marks, which is drawn as SVG or on a canvas, saved, and tested. */

/** A color by its part in the picture; the theme says which it is. */
export type Paint = 'ground' | 'raised' | 'line' | 'text' | 'quiet' | 'light' | 'cold' | `head-${number}`;

/** What strengths mean: weights from 0 to 1, or numbers of both signs from −1 to 1. */
export type Scale = 'weights' | 'signed';

export type Mark =
  | { is: 'path'; d: string; paint: Paint; width: number; opacity: number }
  /** A soft light behind something. */
  | { is: 'glow'; x: number; y: number; rx: number; ry: number; paint: Paint; opacity: number }
  | { is: 'dot'; x: number; y: number; radius: number; paint: Paint }
  | ({ is: 'frame'; paint: Paint } & Rect)
  /** Rectangles that are filled, all of one color. */
  | { is: 'bars'; rects: readonly Rect[]; paint: Paint }
  | {
      is: 'text';
      x: number;
      /** Of its middle. */
      y: number;
      text: string;
      size: number;
      anchor: 'start' | 'middle' | 'end';
      /** 'on-cell' is black or white, whichever stands out more on a cell of `strength`. */
      paint: Paint | 'on-cell';
      strength?: number;
      /** The color of that cell where it is strongest. */
      cellPaint?: Paint;
      /** That of the cell. */
      scale?: Scale;
      /** A quarter turn to the left, for words over narrow columns. */
      isTurned?: boolean;
      isStrong?: boolean;
    }
  | CellsMark;

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A matrix, cell by cell. */
export interface CellsMark {
  is: 'cells';
  x: number;
  y: number;
  /** How wide a cell is, and how high where that is not the same. */
  cell: number;
  cellHeight?: number;
  rows: number;
  columns: number;
  /** From 0 to 1, or from −1 to 1, row by row; NaN where nothing can be seen, which is hatched. */
  strengths: Float32Array;
  /** What a strength of 1 looks like; by default 'light'. */
  paint?: Paint;
  /** By default 'weights'. */
  scale?: Scale;
}

export type MarkOf<Kind extends Mark['is']> = Extract<Mark, { is: Kind }>;

/** How a glow falls off: from its middle to its edge, how much of it is left. */
export const GLOW: readonly (readonly [number, number])[] = [
  [0, 1],
  [0.45, 0.55],
  [1, 0],
];
