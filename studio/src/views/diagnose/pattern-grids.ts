/** The two patterns of a head, and what is between them, as numbers for pictures. */
import type { Patterns } from '../../ask/diagnose/diagnosed.ts';
import { numberOf } from './places.ts';

export interface PatternGrids {
  rows: number;
  columns: number;
  /** Row by row. */
  right: Float32Array;
  /** Undefined where no cause gives the numbers of the dump. */
  yours: Float32Array | undefined;
  /** yours − right */
  difference: Float32Array | undefined;
}

export function gridsOf({ right, yours }: Patterns): PatternGrids {
  const flatRight = Float32Array.from(right.flat());
  const flatYours = yours === null ? undefined : Float32Array.from(yours.flat(), numberOf);
  return {
    rows: right.length,
    columns: right[0]?.length ?? 0,
    right: flatRight,
    yours: flatYours,
    difference: flatYours?.map((weight, i) => weight - flatRight[i]),
  };
}

export interface PatternCell {
  query: number;
  key: number;
  right: number;
  yours: number | undefined;
}

/** Undefined where the pattern has no such cell, as of a link to another dump. */
export function cellOf(grids: PatternGrids, { query, key }: { query: number; key: number }): PatternCell | undefined {
  if (query >= grids.rows || key >= grids.columns) return undefined;
  const at = query * grids.columns + key;
  return { query, key, right: grids.right[at], yours: grids.yours?.[at] };
}

/** Those where the two are farthest apart, or, of one alone, the largest. */
export function tellingCells(grids: PatternGrids, most: number): PatternCell[] {
  const farness = (grids.difference ?? grids.right).map((value) =>
    Number.isNaN(value) ? Number.POSITIVE_INFINITY : Math.abs(value),
  );
  return [...farness.keys()]
    .filter((at) => farness[at] > 0)
    .sort((a, b) => farness[b] - farness[a] || a - b)
    .slice(0, most)
    .map((at) => ({
      query: Math.floor(at / grids.columns),
      key: at % grids.columns,
      right: grids.right[at],
      yours: grids.yours?.[at],
    }));
}
