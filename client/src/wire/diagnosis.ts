// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.

/** Whether an output is right, where it is not, and why. */
export interface Diagnosis {
  verdict: 'match' | 'rounding' | 'different';
  summary: string;
  rounding: {
    kind: 'float32' | 'tf32' | 'float16' | 'bfloat16';
    /** The error beside what arithmetic of this kind explains. */
    ratio: number;
  } | null;
  tolerance: {
    dtype: string;
    rtol: number;
    atol: number;
  };
  /** Of output, and of weights, lse and scores where they came. */
  errors: Record<string, ErrorFigures>;
  where: DiagnosisPlaces;
  /** What explains the numbers to rounding, the best first; nothing simpler does. */
  causes: DiagnosisCause[];
  /** Where nothing explains the numbers: what comes closest. */
  closest: CloseCause[];
  /** Where nothing explains all numbers: what gives those that are off, as in code that is wrong for some heads. */
  partly: PartlyExplained | null;
  /** The weights of a head, [Lq, Lk], when `head` asks for them; of long ones the first rows and keys. */
  patterns?: DiagnosisPatterns | undefined;
  meta: DiagnosisMeta;
}

/** How far numbers are from the right ones. */
export interface ErrorFigures {
  /** How many numbers were compared. */
  compared: number;
  /** The share of numbers that are off by more than atol + rtol·|right|. */
  beyond_tolerance: number;
  max_absolute: number;
  mean_absolute: number;
  /** Of numbers whose right value is not 0. */
  max_relative: number;
  mean_relative: number;
  root_mean_square: number;
  /** Pearson's; null where one side does not vary. */
  correlation: number | null;
  /** By row, of rows that are not all 0. */
  cosine: {
    min: number;
    mean: number;
  } | null;
  /** Numbers that are NaN; they are in no figure above but the share. */
  nan: number;
  /** Numbers that are infinite where the right ones are not. */
  infinite: number;
}

/** Where numbers are off. */
export interface DiagnosisPlaces {
  /** In words. */
  pattern: string;
  /** What tells the numbers that are off from the others; mixed: several of these. */
  kind: 'none' | 'all' | 'batch' | 'heads' | 'rows_from' | 'rows' | 'last_rows_of_blocks' | 'rows_that_see_more' | 'padded_rows' | 'columns_from' | 'columns' | 'mixed' | 'scattered';
  batch?: number[] | undefined;
  heads?: number[] | undefined;
  rows?: IndexRange | undefined;
  columns?: IndexRange | undefined;
  /** The last rows of each block of so many are off. */
  block?: number | undefined;
  /** How many of them. */
  last_rows?: number | undefined;
  /** Rows that see more keys than that are off. */
  keys?: number | undefined;
  /** The numbers that are farthest off, at most 8. */
  worst: {
    /** [batch, head, row, column]. */
    index: number[];
    /** The number that your code gave. */
    expected: AnyNumber;
    right: AnyNumber;
  }[];
  by_batch: AxisErrors;
  by_head: AxisErrors;
  by_rows: AxisErrors;
  by_columns: AxisErrors;
  /** Root mean squares: a list for each head of each batch entry (of multi-head for each batch entry), at most 16, with a number for each part of by_rows; "Infinity" where only NaN and infinities are off. */
  map: AnyNumber[][];
}

/** The end is not in it. */
export interface IndexRange {
  from: number;
  to: number;
}

/** A number; NaN and infinities are texts, as JSON has no numbers for them. */
export type AnyNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** Errors along an axis, in at most 32 parts. */
export type AxisErrors = AxisError[];

/** Errors of a part of an axis. */
export interface AxisError {
  from: number;
  /** The end, which is not in it. */
  to: number;
  root_mean_square: number;
  max_absolute: number;
  beyond_tolerance: number;
}

/** What gives exactly the numbers that your code gave. */
export interface DiagnosisCause {
  /** A misunderstanding, or two or three together. The names are part of the API. */
  names: string[];
  sentence: string;
  advice: string;
  /** The error that remains with it, and its ratio to the error without. */
  remaining: {
    root_mean_square: AnyNumber;
    ratio: AnyNumber;
  };
  /** Options with which the same tensors give your numbers; null where options cannot say it. */
  request: Record<string, unknown> | null;
  /** What cannot be told apart from it on these numbers. */
  same_as: string[][];
}

/** What gives numbers that are closer to yours than the right ones. */
export interface CloseCause {
  /** A misunderstanding, or two or three together. The names are part of the API. */
  names: string[];
  sentence: string;
  advice: string;
  /** The error that remains with it, and its ratio to the error without. */
  remaining: {
    root_mean_square: AnyNumber;
    ratio: AnyNumber;
  };
  /** Options with which the same tensors give your numbers; null where options cannot say it. */
  request: Record<string, unknown> | null;
}

/** A misunderstanding that gives all rows that are off, and not the others. */
export interface PartlyExplained {
  name: string;
  sentence: string;
  advice: string;
}

/** The weights of a head, right and by the first cause. */
export interface DiagnosisPatterns {
  batch: number;
  head: number;
  right: number[][];
  /** By the first cause; null where there is none, or where it has no such weights. */
  yours: AnyNumber[][] | null;
}

/** How it was found. */
export interface DiagnosisMeta {
  kernel: string;
  /** What the numbers were compared with. */
  reference: string;
  rows: number;
  /** Rows that everything was tried on. */
  rows_sampled: number;
  /** Rows that the best explanations were tried on. */
  rows_confirmed: number;
  /** How many explanations were tried. */
  tried: number;
  /** Whether all pairs were tried where nothing simpler explains the numbers; else `budget_ms` ended it. */
  is_search_complete: boolean;
  /** Of the answer. */
  shape: number[];
}
