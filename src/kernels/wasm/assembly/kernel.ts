// What the host calls. Raw pointers and numbers only: no runtime, no garbage collector, no imports.

import {
  ends,
  headDim,
  keyGroups,
  keyRows,
  nearestBias,
  outputRows,
  panels,
  positions,
  queryPanels,
  queryRows,
  rowCount,
  rowMax,
  rowSum,
  scores,
  singleRows,
  started,
  starts,
  valueDim,
  valueGroups,
  valueRows,
} from './memory';
import { multiplyPanel } from './micro-kernel';
import { setTile } from './head-options';
import { packKeys, packPanel, packValues, unpackPanel } from './pack';
import { attendPanel, finishPanel, scorePanel } from './panel';
import { attendRow, finishRow, multiplyRow, scoreRow } from './row';
import { LANES, LINE } from './shape';
import { addToRows, negate } from './softmax';

export { addBiasRow, expandMask } from './bias';
export {
  biasRows,
  ends,
  keyRows,
  layOut,
  moreBiasRows,
  nearestBias,
  outputRows,
  positions,
  queryRows,
  rowMax,
  rowSum,
  starts,
  valueRows,
} from './memory';
export { hasAlibi, hasBiases, scaleSize, slope, softcapSize, takeOptions } from './head-options';
export { largestSize } from './softmax';

/** Takes the rows that the host wrote: with a negative scale their sign changes, so that a scale is never negative. */
export function takeQueries(negative: bool): void {
  const stride = (<usize>headDim) << 2;
  if (negative) negate(queryRows, rowCount * headDim);
  for (let panel = 0; panel < panels; panel++) {
    const row = panel * LANES;
    const into = queryPanels + <usize>panel * <usize>headDim * LINE;
    packPanel(queryRows + <usize>row * stride, stride, min(LANES, rowCount - row), headDim, into);
  }
}

/** Before the first tile: nothing was seen. */
export function startRows(): void {
  for (let row = 0; row < rowCount; row++) {
    store<f64>(rowMax + ((<usize>row) << 3), -Infinity);
    store<f64>(rowSum + ((<usize>row) << 3), 0);
    store<i32>(started + ((<usize>row) << 2), 0);
  }
  repeatLastRow();
}

/** Lanes beyond the last row do as it does: what the host wrote for it is written for them too. */
export function repeatLastRow(): void {
  const last = rowCount - 1;
  for (let row = rowCount; row < rowCount + LANES; row++) {
    const from = (<usize>last) << 2,
      to = (<usize>row) << 2;
    store<i32>(starts + to, load<i32>(starts + from));
    store<i32>(ends + to, load<i32>(ends + from));
    store<i32>(positions + to, load<i32>(positions + from));
    store<f64>(nearestBias + 2 * to, load<f64>(nearestBias + 2 * from));
    store<f64>(rowMax + 2 * to, load<f64>(rowMax + 2 * from));
    store<f64>(rowSum + 2 * to, load<f64>(rowSum + 2 * from));
  }
}

/** All rows see the tile whose first key is `tileStart`: its rows of keys, values and biases stand where the host put them. */
export function attendTile(tileStart: i32, keys: i32, biasStride: i32, mayOverflow: bool): void {
  setTile(<usize>biasStride, mayOverflow);
  if (panels > 0) {
    packKeys(keyRows, keys, headDim, keyGroups);
    packValues(valueRows, keys, valueDim, valueGroups);
    for (let panel = 0; panel < panels; panel++) attendPanel(panel, tileStart, keys);
  }
  if (singleRows == 0) return;
  endKeys(keys);
  for (let row = panels * LANES; row < rowCount; row++) attendRow(row, tileStart, keys);
}

/** Zeros behind the last key, for loads that run over its end. */
function endKeys(keys: i32): void {
  v128.store(keyRows + ((<usize>keys * <usize>headDim) << 2), i64x2.splat(0));
}

/** After the last tile: the normalised rows stand in `outputRows`. */
export function finishRows(): void {
  for (let panel = 0; panel < panels; panel++) finishPanel(panel);
  for (let row = panels * LANES; row < rowCount; row++) finishRow(row);
}

/** One stage of the scores of all rows in one tile, in `outputRows` as [rows][keys]. */
export function scoreTile(tileStart: i32, keys: i32, biasStride: i32, stage: i32): void {
  setTile(<usize>biasStride, false);
  if (panels > 0) {
    packKeys(keyRows, keys, headDim, keyGroups);
    for (let panel = 0; panel < panels; panel++) scorePanel(panel, tileStart, keys, stage);
  }
  if (singleRows == 0) return;
  endKeys(keys);
  for (let row = panels * LANES; row < rowCount; row++) scoreRow(row, tileStart, keys, stage);
}

/** outputRows[rows][columns] = queryRows · keyRowsᵀ, plus one bias a column from `bias` unless that is 0. */
export function multiplyTile(columns: i32, bias: usize): void {
  const stride = (<usize>columns) << 2;
  if (panels > 0) packKeys(keyRows, columns, headDim, keyGroups);
  for (let panel = 0; panel < panels; panel++) {
    const row = panel * LANES;
    const query = queryPanels + <usize>panel * <usize>headDim * LINE;
    multiplyPanel(keyGroups, columns, headDim, query, scores, 0, columns, 0, headDim, false);
    unpackPanel(scores, min(LANES, rowCount - row), columns, outputRows + <usize>row * stride, stride);
  }
  if (singleRows > 0) endKeys(columns);
  for (let row = panels * LANES; row < rowCount; row++) {
    multiplyRow(row, 0, columns);
    memory.copy(outputRows + <usize>row * stride, scores, stride);
  }
  if (bias != 0) addToRows(outputRows, rowCount, columns, bias);
}
