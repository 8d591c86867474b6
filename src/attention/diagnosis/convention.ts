/** All that an implementation of attention can do in one way or another, as plain data: a misunderstanding is a change of it. */
import type { Dump } from './dump.ts';
import type { Rounding } from './rounding.ts';

/** How numbers `[B, H, L, d]` lie: as they should; as `[B, L, H, d]` that is read as `[B, H, L, d]`, or the other way around. */
export type Layout = 'right' | 'read_as_rows' | 'left_as_rows';

/** Where the queries or keys are turned to. */
export interface Turn {
  base: number;
  dim: number;
  interleaved: boolean;
  /** 1, or −1: backwards. */
  sign: number;
  /** Added to each position. */
  shift: number;
  /** Whether positions begin at 0 again behind the past. */
  restarts: boolean;
}

export interface Convention {
  scale: number;
  exponent: 'e' | 'two';
  softcap: number;
  softcapOf: 'scores' | 'products' | 'masked_scores';
  causal: boolean;
  /** Key j is seen by query i when j ≤ i + offset + ahead. */
  ahead: number;
  /** The offset of the causal corner of each batch entry, where it is another than that of positions. */
  corner: readonly number[] | undefined;
  offsets: readonly number[];
  window: { left: number; right: number };
  masks: 'kept' | 'left_out' | 'inverted' | 'numbers' | 'transposed' | 'after_softmax';
  /** Whether causal and window hide only after the softmax. */
  positionsAfterSoftmax: boolean;
  /** What stands in place of −∞: a number that is added to the score, or put in its place. */
  hiddenAs: { by: 'added' | 'put'; number: number; positions: boolean } | undefined;
  padding: 'kept' | 'left_out' | 'inverted' | 'left';
  /** One a query head, or one a head of each batch entry. */
  slopes: readonly number[] | undefined;
  slopesOf: 'scores' | 'products';
  turns: { query: Turn | undefined; key: Turn | undefined };
  layouts: { query: Layout; key: Layout; value: Layout; output: Layout };
  /** Whether heads are taken for positions and positions for heads: each position attends over the heads. */
  swapsAxes: boolean;
  keyHeads: 'grouped' | 'tiled' | 'reversed';
  headOrder: 'right' | 'reversed';
  averaged: 'nothing' | 'output' | 'weights' | 'keys_and_values';
  roles: 'right' | 'key_value' | 'query_key';
  softmaxOver: 'keys' | 'queries';
  sum:
    | 'divided'
    | 'missing'
    | 'missing_and_unshifted'
    | 'twice'
    | 'twice_and_unshifted'
    | 'one_more'
    | 'one_more_shifted';
  factor: number;
  /** Keys beyond the last whole tile of so many are not looked at; 1: all are. */
  tile: number;
  /** Online softmax by blocks of so many keys, whose output, or output and sum, are not rescaled when the max grows. */
  blocks: { size: number; forgets: 'output' | 'both' } | undefined;
  emptyRow: 'zero' | 'nan' | 'mean' | 'mean_of_seen';
  rounding: Rounding;
  projections: {
    /** Which of the stacked weights query, key and value are multiplied by. */
    order: readonly [number, number, number];
    transposed: readonly [boolean, boolean, boolean];
    /** How often the biases of the input and of the output are added. */
    inputBias: number;
    outputBias: number;
    output: 'kept' | 'missing' | 'transposed';
  };
}

const NO_TURNS = { query: undefined, key: undefined };

/** What the request says. */
export function rightConvention({ problem, turn }: Pick<Dump, 'problem' | 'turn'>): Convention {
  const own = turn && {
    base: turn.base,
    dim: turn.dim,
    interleaved: turn.interleaved,
    sign: 1,
    shift: 0,
    restarts: false,
  };
  return {
    scale: problem.scale,
    exponent: 'e',
    softcap: problem.softcap,
    softcapOf: 'scores',
    causal: problem.causal,
    ahead: 0,
    corner: undefined,
    offsets: problem.offsets,
    window: problem.window,
    masks: 'kept',
    positionsAfterSoftmax: false,
    hiddenAs: undefined,
    padding: 'kept',
    slopes: problem.alibiSlopes,
    slopesOf: 'scores',
    turns: own === undefined ? NO_TURNS : { query: own, key: own },
    layouts: { query: 'right', key: 'right', value: 'right', output: 'right' },
    swapsAxes: false,
    keyHeads: 'grouped',
    headOrder: 'right',
    averaged: 'nothing',
    roles: 'right',
    softmaxOver: 'keys',
    sum: 'divided',
    factor: 1,
    tile: 1,
    blocks: undefined,
    emptyRow: 'zero',
    rounding: {},
    projections: {
      order: [0, 1, 2],
      transposed: [false, false, false],
      inputBias: 1,
      outputBias: 1,
      output: 'kept',
    },
  };
}
