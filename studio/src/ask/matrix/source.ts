/** Where the numbers of a matrix come from: a run of the service, or a file of somebody's that stays in the page. */
import { signal } from '@preact/signals';

/** A rectangle of one matrix, pooled: what a tile of the picture is. Ends are excluded. */
export interface TilePart {
  step: string;
  batch: number;
  head: number;
  rows: readonly [number, number];
  keys: readonly [number, number];
  /** How many rows and keys become one number; the last may have fewer. */
  pool: readonly [number, number];
  by: 'max' | 'mean';
}

/** One number a row of each. */
export interface RowStatistics {
  /** In nats. */
  entropy: readonly number[];
  maxWeight: readonly number[];
  /** The key that has the largest weight; −1 where a row sees none. */
  maxKey: readonly number[];
  /** In positions. */
  meanDistance: readonly number[];
}

export interface MatrixSource {
  /** Another for each source. */
  id: string;
  title: string;
  batch: number;
  heads: number;
  rows: number;
  keys: number;
  /** The steps that there are a matrix of, such as `attn_scores`, `masked`, `pattern`. */
  steps: readonly string[];
  /** Of queries and of keys, where they have words. */
  words?: { queries: readonly string[]; keys: readonly string[] };
  /** Of heads, where they have names. */
  headNames?: readonly string[];
  /** What stands beside rows of the pattern; a source that cannot tell has none. */
  rowStatistics?(place: Pick<TilePart, 'batch' | 'head' | 'rows'>, signal: AbortSignal): Promise<RowStatistics>;
  /** The numbers of a tile, row-major; −∞ where nothing may be seen. */
  tile(part: TilePart, signal: AbortSignal): Promise<Float32Array>;
}

/** What was given to the matrix view by another; undefined: what the page itself asks. */
export const given = signal<MatrixSource | undefined>(undefined);
