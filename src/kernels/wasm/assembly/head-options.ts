// What one problem asks for, for one head.
import { LOG2E } from './exponential';

/** |scale|; its sign is in the queries. One score of the softmax is worth `unit` natural units. */
export let scale: f32 = 1;
export let softcap: f32 = 0;
export let slope: f32 = 0;
export let hasAlibi: bool = false;
/** Bytes from one row of biases to the next, 0 if all rows share one; hasBiases tells whether there are any. */
export let biasStride: usize = 0;
export let hasBiases: bool = false;
/** Scores are scaled in the exponential itself when nothing comes between. */
export let plain: bool = true;
export let unit: f64 = 1;
export let factor: f32 = 1;
/** A score may leave the range of float32 on the way: then it must be looked for. */
export let mayOverflow: bool = false;

export function setOptions(scaleSize: f64, cap: f64, alibi: bool, alibiSlope: f64, biases: bool): void {
  scale = <f32>scaleSize;
  // A softcap beyond float32 changes nothing; one too small for it leaves nothing, as the smallest does.
  softcap = cap == 0 || cap > 3e38 ? 0 : <f32>max(cap, 1e-30);
  hasAlibi = alibi;
  slope = <f32>alibiSlope;
  hasBiases = biases;
  // With a scale near 0 the bound of the exponential, −127 / factor, would not be a number.
  plain = softcap == 0 && !alibi && !biases && scaleSize > 1e-30;
  unit = plain ? scaleSize : 1;
  factor = <f32>(unit * LOG2E);
}

export function setTile(stride: usize, overflow: bool): void {
  biasStride = stride;
  mayOverflow = overflow;
}
