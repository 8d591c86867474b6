// Attention of eight rows, side by side in the lanes.
import { addAlibiToPanel, hideByPosition } from './bias';
import {
  accumulators,
  biases,
  biasRows,
  ends,
  headDim,
  keyGroups,
  laneBase,
  laneDecay,
  laneMax,
  laneSum,
  outputRows,
  queryPanels,
  rowCount,
  scores,
  started,
  starts,
  valueDim,
  valueGroups,
} from './memory';
import { multiplyPanel } from './micro-kernel';
import { biasStride, factor, hasAlibi, hasBiases, mayOverflow, plain, scale, softcap } from './head-options';
import { packPanel, unpackPanel } from './pack';
import { GROUP, LANES, LINE } from './shape';
import {
  addBiases,
  divideLines,
  exponentials,
  exposeOverflow,
  fillLines,
  largest,
  scaleAndCap,
  scaleLines,
} from './softmax';
import { SOFTCAPPED, WEIGHTS } from './stage';
import { addBase, addToSum, decayLanes, divisorsOf, raiseMax, weigh } from './state';

/** Keys of the tile that some row of the panel sees by position, [from, to), and that all of them see, [allFrom, allTo). */
let from: i32 = 0;
let to: i32 = 0;
let allFrom: i32 = 0;
let allTo: i32 = 0;

function findVisible(row: i32, tileStart: i32, keys: i32): void {
  from = keys;
  to = 0;
  allFrom = 0;
  allTo = keys;
  for (let lane = 0; lane < LANES; lane++) {
    const at = (<usize>(row + lane)) << 2;
    const start = max(load<i32>(starts + at) - tileStart, 0),
      end = min(load<i32>(ends + at) - tileStart, keys);
    if (start < end) {
      from = min(from, start);
      to = max(to, end);
    }
    allFrom = max(allFrom, min(start, keys));
    allTo = min(allTo, max(end, 0));
  }
}

/** −∞ for keys of [from, to) that a row does not see. */
function hide(lines: usize, row: i32, tileStart: i32): void {
  const head = min(to, allFrom);
  hideByPosition(lines, row, tileStart, from, head);
  hideByPosition(lines, row, tileStart, max(head, allTo), to);
}

/** scores[keys][8] = K Qᵀ, for whole groups of keys that hold [first, end). */
function multiplyKeys(panel: i32, keys: i32, first: i32, end: i32): void {
  const query = queryPanels + <usize>panel * <usize>headDim * LINE;
  const start = first - (first % GROUP);
  multiplyPanel(
    keyGroups,
    keys,
    headDim,
    query,
    scores,
    start,
    min(keys, end + GROUP - 1 - ((end + GROUP - 1) % GROUP)),
    0,
    headDim,
    false,
  );
}

/** All that is added to scores of [from, to), −∞ where a key is hidden, and its largest in laneBase. Tells whether anything is seen. */
function gatherBiases(panel: i32, tileStart: i32, biased: bool): bool {
  if (!biased) {
    fillLines(laneBase, 1, 0);
    return true;
  }
  const row = panel * LANES;
  const lines = biases + <usize>from * LINE,
    count = to - from;
  if (hasBiases) {
    const rows = min(LANES, rowCount - row);
    packPanel(biasRows + <usize>row * biasStride + ((<usize>from) << 2), biasStride, rows, count, lines);
  } else fillLines(lines, count, 0);
  if (hasAlibi) addAlibiToPanel(biases, row, tileStart, from, to);
  hide(biases, row, tileStart);
  largest(lines, count, laneBase);
  const nothing = f32x4.splat(-Infinity);
  return v128.any_true(v128.or(f32x4.ne(v128.load(laneBase), nothing), f32x4.ne(v128.load(laneBase, 16), nothing)));
}

/** From products to what the softmax reads, but for the base of each lane: keys [from, to), −∞ where hidden. */
function finishScores(row: i32, tileStart: i32, biased: bool): void {
  const lines = scores + <usize>from * LINE,
    count = to - from;
  if (!plain) scaleAndCap(lines, count, scale, softcap);
  if (biased) addBiases(lines, biases + <usize>from * LINE, count, laneBase);
  else hide(scores, row, tileStart);
}

/** One step of the online softmax: the rows of a panel see the tile whose first key is `tileStart`. */
export function attendPanel(panel: i32, tileStart: i32, keys: i32): void {
  const row = panel * LANES;
  findVisible(row, tileStart, keys);
  if (from >= to) return;
  const biased = hasAlibi || hasBiases;
  if (!gatherBiases(panel, tileStart, biased)) return;

  multiplyKeys(panel, keys, from, to);
  const lines = scores + <usize>from * LINE,
    count = to - from;
  if (mayOverflow) exposeOverflow(lines, count);
  finishScores(row, tileStart, biased);

  largest(lines, count, laneMax);
  for (let lane = 0; lane < LANES; lane++) raiseMax(row + lane, lane);
  exponentials(lines, count, laneMax, factor, laneSum);
  const decays = decayLanes();
  for (let lane = 0; lane < LANES; lane++) addToSum(row + lane, lane);

  const accumulator = accumulators + <usize>panel * <usize>valueDim * LINE;
  const flag = started + ((<usize>panel) << 2);
  const add = load<i32>(flag) != 0;
  store<i32>(flag, 1);
  if (add && decays) scaleLines(accumulator, valueDim, laneDecay);
  multiplyPanel(valueGroups, valueDim, keys, scores, accumulator, 0, valueDim, from, to, add);
}

/** The panel's output, normalised, as rows. */
export function finishPanel(panel: i32): void {
  const row = panel * LANES;
  const accumulator = accumulators + <usize>panel * <usize>valueDim * LINE;
  if (load<i32>(started + ((<usize>panel) << 2)) == 0) fillLines(accumulator, valueDim, 0);
  divisorsOf(row);
  divideLines(accumulator, valueDim, laneSum);
  const stride = (<usize>valueDim) << 2;
  unpackPanel(accumulator, min(LANES, rowCount - row), valueDim, outputRows + <usize>row * stride, stride);
}

/** One stage of the scores of a panel in one tile, as rows of `outputRows`. */
export function scorePanel(panel: i32, tileStart: i32, keys: i32, stage: i32): void {
  const row = panel * LANES;
  if (stage <= SOFTCAPPED) {
    multiplyKeys(panel, keys, 0, keys);
    scaleAndCap(scores, keys, scale, stage == SOFTCAPPED ? softcap : 0);
  } else {
    const biased = hasAlibi || hasBiases;
    findVisible(row, tileStart, keys);
    if (from < to && gatherBiases(panel, tileStart, biased)) {
      multiplyKeys(panel, keys, from, to);
      finishScores(row, tileStart, biased);
      const lines = scores + <usize>from * LINE,
        count = to - from;
      if (stage == WEIGHTS) weigh(lines, count, row, LANES);
      else addBase(lines, count, row, LANES);
    } else to = from = keys;
    const hidden: f32 = stage == WEIGHTS ? 0 : -Infinity;
    fillLines(scores, from, hidden);
    fillLines(scores + <usize>to * LINE, keys - to, hidden);
  }
  const stride = (<usize>keys) << 2;
  unpackPanel(scores, min(LANES, rowCount - row), keys, outputRows + <usize>row * stride, stride);
}
