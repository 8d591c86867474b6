// Where everything stands in linear memory: the caller writes the pieces marked "in", reads those marked "out".
// It is laid out anew for each block of rows; memory only ever grows to the largest layout asked for.
import { GROUP, LANES, LINE } from './shape';

/** in: rows as they come, [rows][headDim], [keys][headDim], [keys][valueDim]. */
export let queryRows: usize = 0;
export let keyRows: usize = 0;
export let valueRows: usize = 0;
/** in: for each row the keys [start, end) that it may see by position, counted from the block's first. */
export let starts: usize = 0;
export let ends: usize = 0;
/** in, for ALiBi: of the keys that each row may see the one nearest to its position, and that key's bias, float64. */
export let positions: usize = 0;
export let nearestBias: usize = 0;
/** in: biases of one tile, [rows or 1][keys], and a second of the same size that is added to it. */
export let biasRows: usize = 0;
export let moreBiasRows: usize = 0;
/** in and out: largest score and Σ exp(score − max) of each row, float64. */
export let rowMax: usize = 0;
export let rowSum: usize = 0;
/** out: [rows][valueDim], or [rows][keys] of one tile. */
export let outputRows: usize = 0;

export let queryPanels: usize = 0;
export let keyGroups: usize = 0;
export let valueGroups: usize = 0;
/** The scores of one panel or row in one tile; then exp(score − max) in their place. */
export let scores: usize = 0;
export let biases: usize = 0;
/** Output of each panel before it is normalised, [panels][valueDim][8]; of each single row, [valueDim]. */
export let accumulators: usize = 0;
/** Whether an accumulator holds anything yet, one i32 a panel or row. */
export let started: usize = 0;
/** One line of numbers each, between the steps of a softmax. */
export let laneMax: usize = 0;
export let laneSum: usize = 0;
export let laneBase: usize = 0;
export let laneDecay: usize = 0;
/** One query row, followed by zeros. */
export let paddedQuery: usize = 0;

/** Dimensions of the layout. */
export let headDim: i32 = 0;
export let valueDim: i32 = 0;
/** Rows in whole panels come first; the `singleRows` after them are computed one by one. */
export let panels: i32 = 0;
export let singleRows: i32 = 0;
export let rowCount: i32 = 0;

let top: usize = 0;

/** Room for `numbers` of four bytes at a multiple of 64, with a vector's width to spare for loads that run over the end. */
function take(numbers: usize): usize {
  const start = top;
  top += ((numbers << 2) + 64 + 63) & ~63;
  return start;
}

/**
 * Lays memory out for `rows` rows and tiles of up to `keys` keys, with room for `biasLength` biases and `outputLength`
 * numbers of output. A few rows are computed one by one: packing keys for them, or filling a panel, would cost more
 * (measured: up to six rows alone, up to three beside panels).
 */
export function layOut(rows: i32, keys: i32, head: i32, value: i32, biasLength: i32, outputLength: i32): void {
  headDim = head;
  valueDim = value;
  rowCount = rows;
  const rest = rows % LANES;
  singleRows = rows < 7 ? rows : rest < 4 ? rest : 0;
  panels = (rows - singleRows + LANES - 1) / LANES;

  const keyLines = <usize>(keys + LANES + GROUP);
  const rowLines = <usize>(rows + LANES);
  top = (__heap_base + 63) & ~63;
  laneMax = take(8);
  laneSum = take(8);
  laneBase = take(16);
  laneDecay = take(8);
  starts = take(rowLines);
  ends = take(rowLines);
  positions = take(rowLines);
  nearestBias = take(2 * rowLines);
  rowMax = take(2 * rowLines);
  rowSum = take(2 * rowLines);
  started = take(rowLines);
  scores = take(keyLines * LANES);
  biases = take(keyLines * LANES);
  paddedQuery = take(<usize>head);
  queryRows = take(<usize>rows * <usize>head);
  queryPanels = take(<usize>panels * <usize>head * LANES);
  accumulators = take((<usize>panels * LANES + <usize>singleRows) * <usize>((value + 31) & ~31));
  outputRows = take(<usize>outputLength);
  keyRows = take(keyLines * <usize>head);
  keyGroups = take(keyLines * <usize>head);
  valueRows = take(keyLines * <usize>value);
  valueGroups = take(keyLines * <usize>value);
  biasRows = take(<usize>biasLength);
  moreBiasRows = take(<usize>biasLength);

  const missing = <i32>((top + 0xffff) >> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
}
