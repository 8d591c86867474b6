/** What somebody's attention was given, and what it gave. */
import type { Floats, HeadsView } from '../../tensor/tensor.ts';
import type { FloatProblem } from '../problem.ts';
import type { Product } from '../product.ts';
import type { Rotary } from '../rotary.ts';

/** The turn that a request asks for, with the position of each row told. */
export interface AskedTurn extends Rotary {
  /** One list for each batch entry, over its queries; and over its new keys. */
  queryPositions: readonly (readonly number[])[];
  keyPositions: readonly (readonly number[])[];
}

/** The matrix products around a multi-head attention. */
export interface Projections {
  /** One or more products for each of query, key and value, told by their names. */
  inputs: readonly Product[];
  output: Product;
}

/** Numbers that were given, dense and in the order of the answer; NaN and infinities among them. */
export interface Given {
  /** [B, units, Lq, width]: a unit is a head, or all of them joined where a projection follows. */
  output: Floats;
  /** [B, H, Lq, Lk], or [B, Lq, Lk] as their mean over heads. */
  weights: Floats | undefined;
  /** [B, H, Lq], in nats. */
  lse: Floats | undefined;
  /** [B, H, Lq, Lk]: scale·QKᵀ. */
  scores: Floats | undefined;
}

export interface Dump {
  /** As it was asked for, but that query and key are not turned. */
  problem: FloatProblem;
  pastLength: number;
  turn: AskedTurn | undefined;
  projections: Projections | undefined;
  /** How many of the masks of the problem, from the last, say which keys are padding. */
  paddingMasks: number;
  given: Given;
  /** What is right, as a kernel computed it: [B, units, Lq, width]. */
  right: HeadsView;
}

/** How many heads are answered together. */
export function unitCount({ problem, projections }: Pick<Dump, 'problem' | 'projections'>): number {
  return projections === undefined ? problem.numHeads : 1;
}

/** Numbers of one row of an answer. */
export function rowWidth({ problem, projections }: Pick<Dump, 'problem' | 'projections'>): number {
  return projections === undefined ? problem.valueDim : projections.output.columns;
}

/** A row of an answer. */
export interface Place {
  batch: number;
  unit: number;
  row: number;
}
